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

    /// <summary>The policy for a host in lower case: exact before the longest wildcard before that for all others; null when it isn't asked.</summary>
    /// <remarks>
    /// A wildcard stands for every name below, as it does in routes and unlike in certificates: a host that a wildcard's route takes has no way around
    /// the policy of the same wildcard.
    /// </remarks>
    public ClientPolicy? Find(string? host)
    {
        if (host is null)
        {
            return _others;
        }

        if (_byHost.TryGetValue(host, out ClientPolicy? exact))
        {
            return exact;
        }

        for (int dot = host.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = host.IndexOf('.', dot + 1))
        {
            if (_byHost.TryGetValue(string.Concat("*", host.AsSpan(dot)), out ClientPolicy? found))
            {
                return found;
            }
        }

        return _others;
    }
}
