namespace Sluice.Load.SystemCalls;

/// <summary>System calls of a proxy while a number of requests went through it.</summary>
/// <param name="Calls">Count by name.</param>
internal sealed record SystemCallSample(string Contender, long Requests, IReadOnlyDictionary<string, long> Calls)
{
    public double PerRequest => (double)Calls.Values.Sum() / Requests;
}
