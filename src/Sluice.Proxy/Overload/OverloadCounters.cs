using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Overload;

/// <summary>What one worker turned away. Written by its loop alone; other threads may read values that are a moment old.</summary>
public sealed class OverloadCounters
{
    private readonly long[] _shed = new long[Enum.GetValues<PriorityClass>().Length];
    private long _refused;

    /// <summary>Connections that were refused.</summary>
    public long RefusedConnections => Volatile.Read(ref _refused);

    /// <summary>Requests of a class that got a 503.</summary>
    public long ShedOf(PriorityClass priority) => Volatile.Read(ref _shed[(int)priority]);

    internal void CountShed(PriorityClass priority) => Volatile.Write(ref _shed[(int)priority], _shed[(int)priority] + 1);

    internal void CountRefused() => Volatile.Write(ref _refused, _refused + 1);
}
