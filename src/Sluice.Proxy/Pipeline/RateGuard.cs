namespace Sluice.Proxy.Pipeline;

/// <summary>Decides how long a peer may be waited for: until its longest pause, or until its average falls below the minimum data rate.</summary>
/// <remarks>
/// Only time spent waiting for this peer counts, so that a client isn't blamed for a slow server. The average after <c>bytes</c> falls below the
/// rate once the waits add up to <c>bytes / rate</c>; the grace period counts first.
/// </remarks>
public struct RateGuard
{
    private long _bytes;
    private long _waitedMs;
    private long _waitStartMs;
    private bool _limitedByRate;

    /// <summary>Begins a transfer.</summary>
    public void Begin() => this = default;

    /// <summary>Counts bytes that the peer sent or took.</summary>
    public void Count(int bytes) => _bytes += bytes;

    /// <summary>Begins a wait, and returns how long it may last in milliseconds, at least 1.</summary>
    public int BeginWait(long nowMs, int idleTimeoutMs, int minDataRate, int graceMs, int bytesPending = 0)
    {
        _waitStartMs = nowMs;
        _limitedByRate = false;
        if (minDataRate == 0)
        {
            return idleTimeoutMs;
        }

        long allowedMs = Math.Max(graceMs, (_bytes + bytesPending) * 1000 / minDataRate) - _waitedMs;
        _limitedByRate = allowedMs < idleTimeoutMs;
        return (int)Math.Clamp(allowedMs, 1, idleTimeoutMs);
    }

    /// <summary>Ends the wait.</summary>
    public void EndWait(long nowMs) => _waitedMs += nowMs - _waitStartMs;

    /// <summary>Whether the last wait was limited by the data rate rather than by the pause.</summary>
    public readonly bool IsLimitedByRate => _limitedByRate;
}
