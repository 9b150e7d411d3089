using Sluice.Admin.Api;
using Sluice.Certificates.Keeping;
using Sluice.Certificates.Local;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Admin.Certificates;

/// <summary>Lists the certificates of an instance, wherever they come from.</summary>
internal static class CertificateReports
{
    /// <summary>Those from files first, then those that are obtained.</summary>
    internal static IReadOnlyList<CertificateReport> Of(ProxyPlan plan, CertificateService service, DateTimeOffset now) =>
    [
        .. plan.Listeners.SelectMany(listener => listener.Tls?.Certificates ?? []).Distinct().Select(certificate => OfFile(certificate, now)),
        .. service.Automatic.Select(OfKeeper),
        .. service.Local.Select(OfLocal),
    ];

    private static CertificateReport OfFile(CertificatePlan certificate, DateTimeOffset now) => new()
    {
        Names = certificate.Names,
        Source = "file",
        State = now > certificate.NotAfter ? "expired" : now < certificate.NotBefore ? "not_yet_valid" : "valid",
        Origin = certificate.CertificateFile?.Path ?? certificate.Source,
        NotAfter = certificate.NotAfter,
    };

    private static CertificateReport OfKeeper(CertificateStatus status) => new()
    {
        Names = [status.Name],
        Source = status.Source == CertificateSource.OnDemand ? "on_demand" : "issuer",
        State = status.State switch
        {
            CertificateState.Valid => "valid",
            CertificateState.Ordering => "ordering",
            CertificateState.Failing => "failing",
            _ => "waiting",
        },
        Origin = status.Issuer,
        NotAfter = status.NotAfter,
        NextRenewal = status.NextRenewal,
        Error = status.LastError,
    };

    private static CertificateReport OfLocal(LocalCertificateStatus status) => new()
    {
        Names = [status.Name],
        Source = "local",
        State = status.Problem is not null ? "failing" : status.NotAfter is null ? "waiting" : "valid",
        Origin = "local authority",
        NotAfter = status.NotAfter,
        NextRenewal = status.RenewAt,
        Error = status.Problem,
    };
}
