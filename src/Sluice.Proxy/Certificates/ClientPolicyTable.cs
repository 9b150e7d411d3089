using Sluice.Proxy.Plans.Tls;

namespace Sluice.Proxy.Certificates;

/// <summary>Which clients of a listener are asked for a certificate, by the host that they ask for. Immutable.</summary>
internal sealed class ClientPolicyTable
{
    private readonly Dictionary<string, ClientPolicy> _byHost = new(StringComparer.Ordinal);
    private readonly ClientPolicy? _others;

    /// <summary>Makes the plans ready; the first that names a host is the one that counts.</summary>
    /// <exception cref="Sluice.Reactor.Tls.TlsException">Authorities or revocation lists can't be read.</exception>
    public ClientPolicyTable(IReadOnlyList<ClientCertificatePlan> plans)
    {
        foreach (ClientCertificatePlan plan in plans)
        {
            var policy = new ClientPolicy(plan);
            foreach (string host in plan.Hosts)
            {
                _byHost.TryAdd(host, policy);
            }

            _others ??= plan.Hosts.Count == 0 ? policy : null;
        }
    }

    /// <summary>Whether nobody is asked.</summary>
    public bool IsEmpty => _byHost.Count == 0 && _others is null;

    /// <summary>The policy for a host in lower case: exact before wildcard before that for all others; null when it isn't asked.</summary>
    public ClientPolicy? Find(string? host) =>
        host is null ? _others
        : _byHost.TryGetValue(host, out ClientPolicy? exact) ? exact
        : CertificateIndex.WildcardOf(host) is { } wildcard && _byHost.TryGetValue(wildcard, out ClientPolicy? found) ? found
        : _others;
}
