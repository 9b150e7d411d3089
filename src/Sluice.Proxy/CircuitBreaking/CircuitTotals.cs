namespace Sluice.Proxy.CircuitBreaking;

/// <summary>What became of an upstream's requests within the window.</summary>
/// <param name="Requests">Those that say something of it.</param>
/// <param name="Failed">Those that failed.</param>
/// <param name="Slow">Those that took too long, failed or not.</param>
internal readonly record struct CircuitTotals(long Requests, long Failed, long Slow)
{
    public static CircuitTotals operator +(CircuitTotals one, CircuitTotals other) =>
        new(one.Requests + other.Requests, one.Failed + other.Failed, one.Slow + other.Slow);
}
