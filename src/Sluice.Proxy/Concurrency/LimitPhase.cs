namespace Sluice.Proxy.Concurrency;

/// <summary>What the limit is doing.</summary>
/// <remarks>
/// <code>
///             nobody is kept out                  it is time, and requests are kept out
///  Learning ─────────────────────▶ Adapting ◀───────────────────────────────────────────▶ Probing
///     │                                          it doesn't get quicker with fewer any more   ▲
///     └────────────────────────────────────────────────────────────────────────────────────────┘
///                                        requests are kept out
/// </code>
/// </remarks>
public enum LimitPhase
{
    /// <summary>It is not known yet how long responses take.</summary>
    Learning,

    /// <summary>It follows response times.</summary>
    Adapting,

    /// <summary>It is lower for a moment, to see how long responses take when nobody waits for another.</summary>
    Probing,
}
