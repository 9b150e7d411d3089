using System.Collections.Frozen;

namespace Sluice.Certificates.Keeping;

/// <summary>Issuers that have a name in configurations, with the directories that they document.</summary>
public static class WellKnownIssuers
{
    /// <summary>Directories by name.</summary>
    public static FrozenDictionary<string, Uri> Directories { get; } = new Dictionary<string, Uri>
    {
        ["letsencrypt"] = new("https://acme-v02.api.letsencrypt.org/directory"),
        ["letsencrypt_staging"] = new("https://acme-staging-v02.api.letsencrypt.org/directory"),
        ["zerossl"] = new("https://acme.zerossl.com/v2/DV90"),
        ["google"] = new("https://dv.acme-v02.api.pki.goog/directory"),
    }.ToFrozenDictionary();
}
