using System.Collections.Concurrent;
using Sluice.Proxy.Plans.Tls;
using Sluice.Proxy.Telemetry;
using Sluice.Reactor.Tls;

namespace Sluice.Proxy.Certificates;

/// <summary>OpenSSL's objects for certificates that handshakes have asked for. Any thread.</summary>
/// <remarks>
/// Clients choose which ones by SNI, so their number is limited: above it all are forgotten, and made again, about 0.1 ms each, as they are asked for. What a
/// handshake is using stays alive with it.
/// </remarks>
internal sealed class IdentityCache(MessageLog log)
{
    private const int IdentitiesMax = 2_000;

    private readonly ConcurrentDictionary<CertificatePlan, TlsIdentity?> _identities = new();

    /// <summary>The objects of a certificate; null when OpenSSL doesn't take it.</summary>
    public TlsIdentity? Get(CertificatePlan certificate)
    {
        if (_identities.TryGetValue(certificate, out TlsIdentity? known))
        {
            return known;
        }

        if (_identities.Count >= IdentitiesMax)
        {
            _identities.Clear();
        }

        TlsIdentity? identity = TlsIdentity.Create(certificate.Chain, certificate.Key, out string? error);
        if (identity is null)
        {
            log.Limited(certificate.Fingerprint, $"the certificate for {certificate} can't be used: {error}");
        }

        _identities[certificate] = identity;
        return identity;
    }

    /// <summary>Forgets all, after certificates were exchanged.</summary>
    public void Clear() => _identities.Clear();
}
