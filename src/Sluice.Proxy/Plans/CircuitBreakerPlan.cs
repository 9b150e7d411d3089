namespace Sluice.Proxy.Plans;

/// <summary>When an upstream gets no requests for a while because too many of them end badly, and how it gets them again.</summary>
public sealed record CircuitBreakerPlan
{
    /// <summary>So many failed requests among those of the window open the circuit, in percent, 1 to 100.</summary>
    public int ErrorPercent { get; init; } = 50;

    /// <summary>Responses that count as failed, beside everything that kept a response from coming.</summary>
    public PlanList<StatusSpan> Statuses { get; init; } = [new StatusSpan(500, 500), new StatusSpan(502, 504)];

    /// <summary>The response time that opens the circuit; null when none does.</summary>
    public CircuitLatencyPlan? Latency { get; init; }

    /// <summary>Requests within the window before it says anything.</summary>
    public int RequestsMin { get; init; } = 20;

    /// <summary>How far back requests count, in milliseconds.</summary>
    public int WindowMs { get; init; } = 10_000;

    /// <summary>How long the circuit stays open, in milliseconds; twice as long each time that the upstream turns out to be no better.</summary>
    public int OpenForMs { get; init; } = 10_000;

    /// <summary>The longest that it stays open, in milliseconds.</summary>
    public int OpenForMaxMs { get; init; } = 120_000;

    /// <summary>How long it takes from the first requests to all of them, in milliseconds.</summary>
    public int RampMs { get; init; } = 10_000;
}
