using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>Faults that are brought about on purpose. It needs no compiling, so it is that of the plan.</summary>
/// <param name="Plan">Null switches them off.</param>
public sealed record FaultConfig(FaultPlan? Plan);
