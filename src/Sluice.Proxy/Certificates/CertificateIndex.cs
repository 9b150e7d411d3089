using System.Collections.Frozen;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Proxy.Certificates;

/// <summary>The certificates of a listener's plan by name: exact before wildcard. Immutable.</summary>
internal sealed class CertificateIndex
{
    private readonly FrozenDictionary<string, CertificatePlan[]> _exact;
    private readonly FrozenDictionary<string, CertificatePlan[]> _wildcards;
    private readonly CertificatePlan[] _default;

    public CertificateIndex(IReadOnlyList<CertificatePlan> certificates)
    {
        var named = certificates.SelectMany(certificate => certificate.Names.Select(name => (Name: name, Certificate: certificate))).ToList();
        _exact = Group(named.Where(entry => !IsWildcard(entry.Name)));
        _wildcards = Group(named.Where(entry => IsWildcard(entry.Name)));

        // The first, with its twin of another kind of key.
        _default = certificates.Count == 0 ? [] : [.. certificates.Where(certificate => certificate.Names.Equals(certificates[0].Names))];
    }

    /// <summary>What is shown to clients that ask for nothing that is here; empty when there is no certificate at all.</summary>
    public IReadOnlyList<CertificatePlan> Default => _default;

    /// <summary>The certificates for a name in lower case: several differ in their kind of key. Null for none.</summary>
    public IReadOnlyList<CertificatePlan>? Find(string name) =>
        _exact.TryGetValue(name, out CertificatePlan[]? exact) ? exact
        : WildcardOf(name) is { } wildcard && _wildcards.TryGetValue(wildcard, out CertificatePlan[]? found) ? found
        : null;

    /// <summary>The wildcard that would cover a name: it stands for one label (RFC 9525, section 6.3). Null for a name without a dot.</summary>
    public static string? WildcardOf(string name)
    {
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot <= 0 || dot == name.Length - 1 ? null : string.Concat("*", name.AsSpan(dot));
    }

    private static bool IsWildcard(string name) => name.StartsWith("*.", StringComparison.Ordinal);

    private static FrozenDictionary<string, CertificatePlan[]> Group(IEnumerable<(string Name, CertificatePlan Certificate)> entries) =>
        entries.GroupBy(entry => entry.Name, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => group.Select(entry => entry.Certificate).ToArray(), StringComparer.Ordinal);
}
