using System.Diagnostics;
using Sluice.Proxy.Plans;
using Sluice.Reactor;

namespace Sluice.Proxy.Compression;

/// <summary>How much of its time a worker spends on compression, and what follows from that. Belongs to the worker.</summary>
internal sealed class CompressionLoad(EventLoop loop)
{
    // What all responses together may take of one turn of the loop before they let others go first.
    private const int TurnMicroseconds = 1_000;

    // A thousand pages with gzip, or 256 with zstd or brotli, at the usual levels.
    private const long BytesMax = 512L * 1024 * 1024;
    private const int WindowMs = 250;
    private const double Whole = 10_000;
    private static readonly long TurnTicks = Stopwatch.Frequency * TurnMicroseconds / 1_000_000;

    private long _tickTimestamp;
    private long _spentInTick;
    private long _windowStart;
    private long _spentInWindow;
    private double _share;

    /// <summary>Native memory of the encoders that are at it, as estimated.</summary>
    public long Bytes { get; set; }

    /// <summary>Whether this turn of the loop has had its part of compression.</summary>
    public bool HasHadItsTurn => _tickTimestamp == loop.NowTimestamp && _spentInTick >= TurnTicks;

    /// <summary>Whether there is memory for another encoder.</summary>
    public bool HasRoomFor(int bytes) => Bytes + bytes <= BytesMax;

    /// <summary>Counts time that was spent.</summary>
    /// <param name="ticks">In units of <see cref="Stopwatch.Frequency"/>.</param>
    /// <param name="isOnLoop">Whether the loop spent it, and not another thread for it.</param>
    public void Add(long ticks, bool isOnLoop)
    {
        _spentInWindow += ticks;
        if (!isOnLoop)
        {
            return;
        }

        if (_tickTimestamp != loop.NowTimestamp)
        {
            _tickTimestamp = loop.NowTimestamp;
            _spentInTick = 0;
        }

        _spentInTick += ticks;
    }

    /// <summary>The level for a response that begins now.</summary>
    /// <param name="shareMax">From which share of the time on it is lowered, in hundredths of a percent (<see cref="CompressionPlan.CpuShareMax"/>).</param>
    /// <param name="level">The level that is configured.</param>
    /// <returns>That, or 1, or -1 for none: half way from the limit to all of the time.</returns>
    public int LevelFor(int shareMax, int level)
    {
        if (shareMax >= Whole)
        {
            return level;
        }

        double share = Share();
        return share <= shareMax ? level
            : share <= (shareMax + Whole) / 2 ? Math.Min(level, 1)
            : -1;
    }

    // In hundredths of a percent; what was long ago counts less and less.
    private double Share()
    {
        long now = loop.NowTimestamp;
        long elapsed = now - _windowStart;
        if (elapsed >= Stopwatch.Frequency * WindowMs / 1_000)
        {
            _share = (_share + (Whole * _spentInWindow / elapsed)) / 2;
            _windowStart = now;
            _spentInWindow = 0;
        }

        return _share;
    }
}
