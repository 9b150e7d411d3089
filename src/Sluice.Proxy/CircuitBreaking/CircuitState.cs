namespace Sluice.Proxy.CircuitBreaking;

/// <summary>Whether an upstream gets requests, for all that its circuit breaker knows.</summary>
/// <remarks>
/// <code>
///              too many fail, or take too long                     its time is over
///   Closed ──────────────────────────────────────▶ Open ──────────────────────────────────▶ HalfOpen
///     ▲                                              ▲                                          │
///     │                                              └───── still so, open for twice as long ───┤
///     └────────────────────────── the ramp is over, and its requests went well ────────────────┘
/// </code>
/// </remarks>
public enum CircuitState
{
    /// <summary>It gets all of them.</summary>
    Closed,

    /// <summary>It gets a share of them that grows.</summary>
    HalfOpen,

    /// <summary>It gets none.</summary>
    Open,
}
