using Sluice.Proxy.Telemetry;
using Sluice.Proxy.Upstreams;
using Sluice.Reactor;

namespace Sluice.Proxy.Health;

/// <summary>The thread that draws conclusions from what workers count of upstreams: it takes servers out and lets them in, opens and closes circuits, and
/// sets the limits that follow response times.</summary>
/// <remarks>
/// It sleeps until something is due: the end of an interval, of an ejection, or a worker that has seen too many errors in a row. With nothing to watch it sleeps for
/// good. What it decides has one writer, so none of it needs a lock.
/// </remarks>
internal sealed class UpstreamWatch : IDisposable
{
    private const int RetryMs = 1_000;

    private readonly AutoResetEvent _due = new(initialState: false);
    private readonly Func<IEnumerable<UpstreamState>> _upstreams;
    private readonly MessageLog _log;
    private readonly Thread _thread;
    private UpstreamState[] _watched = [];
    private object? _source;
    private int _isWoken;
    private volatile bool _isStopped;

    /// <summary>Creates the watch.</summary>
    /// <param name="upstreams">Those that are served now: the same object as long as they are the same.</param>
    /// <param name="log">Takes bugs.</param>
    public UpstreamWatch(Func<IEnumerable<UpstreamState>> upstreams, MessageLog log)
    {
        _upstreams = upstreams;
        _log = log;
        _thread = new Thread(Run) { IsBackground = true, Name = "upstreams" };
    }

    /// <summary>Begins to watch.</summary>
    public void Start() => _thread.Start();

    /// <summary>Has it look now; any thread. Many calls at once are one.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _isWoken, 1) == 0)
        {
            _due.Set();
        }
    }

    /// <summary>Ends the thread, which must have been started.</summary>
    public void Dispose()
    {
        _isStopped = true;
        _due.Set();
        _thread.Join();
        _due.Dispose();
    }

    private void Run()
    {
        while (!_isStopped)
        {
            long nowMs = LoopClock.NowMs;
            long nextMs = nowMs + RetryMs;
            try
            {
                nextMs = Evaluate(nowMs);
            }
#pragma warning disable CA1031 // A bug here must not end the process; requests don't depend on it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _log.Bug(exception);
            }

            _due.WaitOne(nextMs == long.MaxValue ? Timeout.Infinite : (int)Math.Clamp(nextMs - LoopClock.NowMs, 1, int.MaxValue));
            Volatile.Write(ref _isWoken, 0);
        }
    }

    private long Evaluate(long nowMs)
    {
        IEnumerable<UpstreamState> upstreams = _upstreams();
        if (!ReferenceEquals(upstreams, _source))
        {
            _source = upstreams;
            _watched = [.. upstreams];
        }

        long nextMs = long.MaxValue;
        foreach (UpstreamState upstream in _watched)
        {
            nextMs = Math.Min(nextMs, upstream.Outliers.Evaluate(nowMs));
            nextMs = Math.Min(nextMs, upstream.Circuit?.Evaluate(nowMs) ?? long.MaxValue);
            nextMs = Math.Min(nextMs, upstream.Concurrency?.Evaluate(nowMs) ?? long.MaxValue);
        }

        return nextMs;
    }
}
