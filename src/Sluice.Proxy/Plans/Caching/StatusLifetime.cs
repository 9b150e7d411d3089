namespace Sluice.Proxy.Plans.Caching;

/// <summary>How long responses of some statuses are fresh.</summary>
/// <param name="Statuses">Which ones.</param>
/// <param name="Seconds">How long; 0 stores none of them.</param>
public readonly record struct StatusLifetime(StatusSpan Statuses, int Seconds);
