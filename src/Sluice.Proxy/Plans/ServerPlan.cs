namespace Sluice.Proxy.Plans;

/// <summary>One server of an upstream.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Weight">Its share of the requests relative to its siblings, 1 to 1,000.</param>
public sealed record ServerPlan(ServerAddress Address, int Weight = 1);
