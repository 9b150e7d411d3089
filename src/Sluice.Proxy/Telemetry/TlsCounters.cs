using Sluice.Proxy.Errors;

namespace Sluice.Proxy.Telemetry;

/// <summary>What became of one worker's handshakes with clients. Written by its loop alone; other threads may read values that are a moment old.</summary>
public sealed class TlsCounters
{
    private readonly long[] _failures = new long[Enum.GetValues<ProxyErrorCode>().Length];

    /// <summary>Handshakes that were completed.</summary>
    public long Handshakes { get; private set; }

    /// <summary>Those of them that resumed a session.</summary>
    public long Resumed { get; private set; }

    /// <summary>Handshakes that ended for a reason.</summary>
    public long FailuresOf(ProxyErrorCode reason) => Volatile.Read(ref _failures[(int)reason]);

    internal void Count(bool isResumed)
    {
        Handshakes++;
        Resumed += isResumed ? 1 : 0;
    }

    internal void CountFailure(ProxyErrorCode reason) => Volatile.Write(ref _failures[(int)reason], _failures[(int)reason] + 1);
}
