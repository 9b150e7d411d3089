using Sluice.Proxy.Certificates;
using Sluice.Proxy.Plans.Tls;
using Sluice.Reactor.Tls;

namespace Sluice.Proxy.Upstreams;

/// <summary>TLS with the servers of an upstream, made ready. Immutable; shared by all workers.</summary>
internal sealed class UpstreamTls
{
    /// <summary>Makes a plan ready.</summary>
    /// <exception cref="TlsException">OpenSSL doesn't take what the plan says.</exception>
    public UpstreamTls(UpstreamTlsPlan plan)
    {
        Plan = plan;
        TlsIdentity? identity = null;
        if (plan.ClientCertificate is { } certificate)
        {
            identity = TlsIdentity.Create(certificate.Chain, certificate.Key, out string? error)
                ?? throw new TlsException($"the client certificate {certificate} can't be used: {error}");
        }

        TlsTrust? trust = plan.SkipVerify ? null : TlsTrust.Create(plan.Trust.CaPem, plan.Trust.CrlPem, plan.Trust.Depth);
        Context = new TlsClientContext(ListenerTls.SettingsOf(plan.Protocol), trust, identity, ["http/1.1"], plan.Resumption);
    }

    /// <summary>What the configuration says.</summary>
    public UpstreamTlsPlan Plan { get; }

    /// <summary>What connections have in common.</summary>
    public TlsClientContext Context { get; }
}
