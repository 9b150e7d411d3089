using Sluice.Proxy.Health.Outliers;
using Sluice.Proxy.Retries;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Health;

/// <summary>What the servers of one upstream have in common while the program runs. It outlives reloads that keep the upstream's name.</summary>
/// <remarks>Atomic: written by whoever decides about a server, read by every worker as it picks one.</remarks>
public sealed class UpstreamHealth
{
    private readonly Action<string> _report;
    private int _epoch;

    /// <summary>Creates it.</summary>
    /// <param name="workers">How many workers there are.</param>
    /// <param name="report">Takes a line for the operator when a server changes; any thread.</param>
    internal UpstreamHealth(int workers, Action<string> report)
    {
        _report = report;
        Requests = new RequestCount(workers);
    }

    /// <summary>How often its servers were taken out because of their answers.</summary>
    public EjectionCounts Ejections { get; } = new();

    /// <summary>Responses that its servers broke off.</summary>
    public BrokenResponses BrokenResponses { get; } = new();

    /// <summary>Its requests that are in flight.</summary>
    internal RequestCount Requests { get; }

    /// <summary>Its retries.</summary>
    public UpstreamRetries Retries { get; } = new();

    /// <summary>Goes up with every change that matters for picking a server.</summary>
    internal int Epoch => Volatile.Read(ref _epoch);

    /// <summary>Has every worker look at the servers anew.</summary>
    internal void OnChanged() => Interlocked.Increment(ref _epoch);

    /// <summary>Tells the operator.</summary>
    internal void Report(string message) => _report(message);
}
