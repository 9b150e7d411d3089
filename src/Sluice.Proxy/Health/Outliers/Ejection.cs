namespace Sluice.Proxy.Health.Outliers;

/// <summary>A server that is out because of its answers. Immutable.</summary>
/// <param name="Cause">The rule.</param>
/// <param name="Reason">What was seen, in words.</param>
/// <param name="At">Since when.</param>
/// <param name="Until">When it is let in again.</param>
public sealed record Ejection(OutlierCause Cause, string Reason, DateTimeOffset At, DateTimeOffset Until)
{
    /// <summary>Since when, in loop time.</summary>
    internal long AtMs { get; init; }

    /// <summary>Whether active checks that never saw it fail can let it in.</summary>
    internal bool BelievesChecks { get; init; }
}
