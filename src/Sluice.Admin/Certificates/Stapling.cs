using System.Security.Cryptography;
using Sluice.Certificates.Ocsp;
using Sluice.Proxy;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Admin.Certificates;

/// <summary>Staples responses of OCSP responders to the certificates that name one, wherever they come from. Any thread.</summary>
internal sealed class Stapling : IDisposable
{
    private readonly SluiceServer _server;
    private readonly Lock _gate = new();
    private readonly OcspFetcher _fetcher;
    private readonly OcspKeeper _keeper;

    /// <summary>Creates it; nobody is asked before <see cref="Follow"/>.</summary>
    internal Stapling(SluiceServer server, Action<string> log, TimeProvider time)
    {
        _server = server;
        _fetcher = new OcspFetcher(time);
        _keeper = new OcspKeeper(_fetcher, time, server.Certificates.SetStaple, log);
    }

    /// <summary>Keeps staples for what is served now. To be called after each reload and each certificate that comes.</summary>
    internal void Follow()
    {
        lock (_gate)
        {
            ProxyPlan plan = _server.Plan;
            IEnumerable<CertificatePlan> fromFiles = plan.Listeners.Where(listener => listener.Tls is { Stapling: true }).SelectMany(listener => listener.Tls!.Certificates);
            IEnumerable<CertificatePlan> installed = plan.Listeners.Any(listener => listener.Tls is { IsAutomatic: true, Stapling: true }) ? _server.Certificates.ByName.Values : [];
            _keeper.Update(
            [
                .. fromFiles.Concat(installed)
                    .Where(certificate => certificate is { OcspResponder: not null, Chain.Count: > 1 })
                    .DistinctBy(certificate => certificate.Fingerprint)
                    .Select(certificate => new OcspTarget(certificate.Fingerprint, PemOf(certificate.Chain[0]) + "\n" + PemOf(certificate.Chain[1]))),
            ]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _keeper.Dispose();
        _fetcher.Dispose();
    }

    private static string PemOf(ReadOnlyMemory<byte> der) => PemEncoding.WriteString("CERTIFICATE", der.Span);
}
