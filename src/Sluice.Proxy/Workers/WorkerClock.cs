using System.Text;
using Sluice.Reactor;

namespace Sluice.Proxy.Workers;

/// <summary>The wall clock of a worker, written out at most once per second.</summary>
internal sealed class WorkerClock
{
    private const long UnixEpochMs = TimeSpan.TicksPerDay / TimeSpan.TicksPerMillisecond * 719_162;

    private readonly EventLoop _loop;
    private readonly byte[] _dateField = Encoding.ASCII.GetBytes("Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n");
    private readonly byte[] _logTime = Encoding.ASCII.GetBytes("1970-01-01T00:00:00");
    private long _nextMs = long.MinValue;
    private long _offsetMs;

    public WorkerClock(EventLoop loop) => _loop = loop;

    /// <summary>The <c>Date</c> field line for a response that is sent now (RFC 9110, section 6.6.1).</summary>
    public ReadOnlySpan<byte> DateField
    {
        get
        {
            Refresh();
            return _dateField;
        }
    }

    /// <summary>The second in which we are, as ISO 8601 without fraction and zone.</summary>
    public ReadOnlySpan<byte> LogTime
    {
        get
        {
            Refresh();
            return _logTime;
        }
    }

    /// <summary>The milliseconds within that second.</summary>
    public int LogTimeMs
    {
        get
        {
            Refresh();
            return (int)Math.Clamp((_loop.NowMs + _offsetMs) % 1000, 0, 999);
        }
    }

    /// <summary>Seconds since 1970, UTC.</summary>
    public long UnixSeconds => UnixMs / 1000;

    /// <summary>Milliseconds since 1970, UTC.</summary>
    public long UnixMs
    {
        get
        {
            Refresh();
            return _loop.NowMs + _offsetMs - UnixEpochMs;
        }
    }

    private void Refresh()
    {
        if (_loop.NowMs < _nextMs)
        {
            return;
        }

        DateTime now = DateTime.UtcNow;
        long wallMs = now.Ticks / TimeSpan.TicksPerMillisecond;
        _offsetMs = wallMs - _loop.NowMs;
        _nextMs = _loop.NowMs + 1000 - (wallMs % 1000);
        now.TryFormat(_dateField.AsSpan(6), out _, "r");
        now.TryFormat(_logTime, out _, "s");
    }
}
