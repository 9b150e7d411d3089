namespace Sluice.Proxy.Plans;

/// <summary>What is done to requests of a route on purpose, so that one's own clients can be tested.</summary>
public sealed record FaultPlan
{
    /// <summary>Answers that come late; null for none.</summary>
    public DelayFault? Delay { get; init; }

    /// <summary>Requests that fail; null for none.</summary>
    public AbortFault? Abort { get; init; }
}
