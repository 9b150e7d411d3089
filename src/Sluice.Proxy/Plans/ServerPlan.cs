namespace Sluice.Proxy.Plans;

/// <summary>One server of an upstream.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Weight">Its share of the requests relative to its siblings, 1 to 1,000.</param>
/// <param name="Tier">Servers of a higher one get requests only when those of the lower ones can't take them; from 0. A backup is in tier 1.</param>
public sealed record ServerPlan(ServerAddress Address, int Weight = 1, int Tier = 0);
