namespace Sluice.Proxy.Health;

/// <summary>What was last decided about a server, and why. Immutable.</summary>
/// <param name="Availability">Whether it gets requests since then.</param>
/// <param name="Reason">Why, in words for an operator, such as <c>health check: status 503</c>.</param>
/// <param name="At">When.</param>
public sealed record HealthChange(Availability Availability, string Reason, DateTimeOffset At);
