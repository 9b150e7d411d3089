using Sluice.Proxy.Certificates;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;
using Sluice.Reactor.Tls;

namespace Sluice.Proxy.Upstreams;

/// <summary>TLS with the servers of an upstream, made ready. Immutable; shared by all workers.</summary>
internal sealed class UpstreamTls
{
    /// <summary>Makes a plan ready.</summary>
    /// <param name="plan">What the configuration says of TLS.</param>
    /// <param name="http2">What it says of HTTP/2, which servers are asked for by ALPN.</param>
    /// <exception cref="TlsException">OpenSSL doesn't take what the plan says.</exception>
    public UpstreamTls(UpstreamTlsPlan plan, Http2Mode http2)
    {
        Plan = plan;
        TlsIdentity? identity = plan.ClientCertificate is { } certificate ? IdentityOf(certificate) : null;
        try
        {
            TlsTrust? trust = plan.SkipVerify ? null : TrustTable.Get(plan.Trust);
            Context = new TlsClientContext(ListenerTls.SettingsOf(plan.Protocol), trust, identity, ProtocolsFor(http2), plan.Resumption);
        }
        finally
        {
            // The context has references of its own to what it shows.
            identity?.Release();
        }
    }

    /// <summary>What the configuration says.</summary>
    public UpstreamTlsPlan Plan { get; }

    /// <summary>What connections have in common.</summary>
    public TlsClientContext Context { get; }

    // The first is what this side would rather speak; the server selects.
    private static string[] ProtocolsFor(Http2Mode http2) => http2 switch
    {
        Http2Mode.Negotiated => ["h2", "http/1.1"],
        Http2Mode.PriorKnowledge => ["h2"],
        _ => ["http/1.1"],
    };

    private static TlsIdentity IdentityOf(CertificatePlan certificate) =>
        TlsIdentity.Create(certificate.Chain, certificate.Key, out string? error)
        ?? throw new TlsException($"the client certificate {certificate} can't be used: {error}");
}
