using System.Collections.Concurrent;
using Sluice.Proxy.Plans.Tls;
using Sluice.Proxy.Telemetry;
using Sluice.Reactor.Tls;

namespace Sluice.Proxy.Certificates;

/// <summary>OpenSSL's objects for certificates that handshakes have asked for. Any thread.</summary>
/// <remarks>
/// Clients choose which ones by SNI, so their number is limited: above it all are forgotten, and made again, about 0.1 ms each, as they are asked for. What is
/// forgotten is freed at once, but for what a handshake is using, which is freed after it.
/// </remarks>
internal sealed class IdentityCache(MessageLog log)
{
    private const int IdentitiesMax = 2_000;

    private readonly ConcurrentDictionary<CertificatePlan, TlsIdentity?> _identities = new();

    /// <summary>The objects of a certificate, with a reference that the caller releases; null when OpenSSL doesn't take it.</summary>
    public TlsIdentity? Get(CertificatePlan certificate)
    {
        // One that is being forgotten at this moment is made anew.
        if (_identities.TryGetValue(certificate, out TlsIdentity? known) && known?.TryReference() != false)
        {
            return known;
        }

        if (_identities.Count >= IdentitiesMax)
        {
            Clear();
        }

        TlsIdentity? identity = TlsIdentity.Create(certificate.Chain, certificate.Key, out string? error);
        if (identity is null)
        {
            log.Limited(certificate.Fingerprint, $"the certificate for {certificate} can't be used: {error}");
        }

        Keep(certificate, identity);
        return identity;
    }

    /// <summary>Forgets all, after certificates were exchanged.</summary>
    public void Clear()
    {
        foreach (CertificatePlan certificate in _identities.Keys)
        {
            if (_identities.TryRemove(certificate, out TlsIdentity? identity))
            {
                identity?.Release();
            }
        }
    }

    // Two loops may make the same at once: then the second one's is for its handshake alone.
    private void Keep(CertificatePlan certificate, TlsIdentity? identity)
    {
        bool isShared = identity?.TryReference() ?? false;
        if (!_identities.TryAdd(certificate, identity) && isShared)
        {
            identity!.Release();
        }
    }
}
