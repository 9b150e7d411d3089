using System.Diagnostics;

namespace Sluice.Reactor;

/// <summary>The monotonic clock of the event loops.</summary>
public static class LoopClock
{
    private static readonly long TicksPerMs = Stopwatch.Frequency / 1000;

    /// <summary>The time now, in milliseconds.</summary>
    public static long NowMs => ToMs(Stopwatch.GetTimestamp());

    /// <summary>A timestamp of <see cref="Stopwatch"/> in milliseconds.</summary>
    public static long ToMs(long timestamp) => timestamp / TicksPerMs;

    /// <summary>The time between two timestamps, in microseconds.</summary>
    public static long MicrosecondsBetween(long from, long to) => (to - from) / (TicksPerMs / 1000);
}
