using Sluice.Proxy.Plans.Tls;

namespace Sluice.Config.Certificates;

/// <summary>What became of reading a certificate.</summary>
/// <param name="Files">What was read.</param>
/// <param name="Plan">The certificate; null exactly when there are errors.</param>
/// <param name="Problems">Errors and warnings.</param>
public sealed record CertificateReading(CertificateFiles Files, CertificatePlan? Plan, IReadOnlyList<CertificateProblem> Problems);
