namespace Sluice.Proxy.Plans;

/// <summary>The choice follows from a value of the request, by hash.</summary>
/// <param name="Source">Where the value is.</param>
/// <param name="Name">The name of the header, cookie or query parameter; empty for an address.</param>
public sealed record StickyKeyPlan(StickyKeySource Source, string Name) : StickyPlan;
