using Sluice.Config.Automation;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Model.Tls;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Config.Linting;

/// <summary>Certificates can be verified, and will be for a while.</summary>
internal static class TlsAdvice
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(7);

    internal static void Run(SluiceConfig config, DiagnosticBag advice)
    {
        bool hasNames = config.Certificates.OnDemand is not null || WantedNames.Find(config).All.Count > 0;
        if (!hasNames && config.Listeners.FirstOrDefault(WantedNames.IsAutomatic) is { } listener)
        {
            advice.Add(DiagnosticCodes.OnlyLocalhost, "no route names a host, so only `https://localhost` has a certificate", listener.Tls!.Location);
        }

        DateTimeOffset now = DateTimeOffset.UtcNow;
        foreach (CertificateConfig certificate in config.Listeners.SelectMany(listener => listener.Tls?.Certificates ?? []))
        {
            SourceLocation? place = certificate.Cert?.Location ?? certificate.Folder?.Location;
            if (certificate.AllowsIncompleteChain)
            {
                advice.Add(DiagnosticCodes.ChainNotChecked, "the certificate may lack its intermediates", place, "some clients can't connect then");
            }

            foreach (CertificatePlan plan in certificate.Plans.Where(plan => plan.NotAfter >= now && plan.NotAfter < now + Soon))
            {
                advice.Add(DiagnosticCodes.EndsSoon, $"`{Path.GetFileName(plan.Source)}` ends on {plan.NotAfter:yyyy-MM-dd}", place, "renew it");
            }
        }
    }
}
