using Sluice.Proxy.Plans;

namespace Sluice.Config.Certificates;

/// <summary>What became of looking for certificates that changed.</summary>
/// <param name="Plan">The plan with what is new; the same one when nothing is.</param>
/// <param name="Renewed">Those that took the place of others, by their readings.</param>
/// <param name="Failed">Those that changed and can't be used; the plan keeps the ones that it had.</param>
public sealed record CertificateRefresh(ProxyPlan Plan, IReadOnlyList<CertificateReading> Renewed, IReadOnlyList<CertificateReading> Failed);
