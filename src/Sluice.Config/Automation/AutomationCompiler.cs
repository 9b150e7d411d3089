using Sluice.Certificates;
using Sluice.Certificates.Keeping;
using Sluice.Config.Model;
using Sluice.Config.Model.Automation;
using Sluice.Config.Values;

namespace Sluice.Config.Automation;

/// <summary>Turns what a configuration without errors says of automatic certificates into a plan for them.</summary>
public static class AutomationCompiler
{
    private const string UsualIssuer = "letsencrypt";
    private const string Staging = "letsencrypt_staging";
    private const string LocalName = "localhost";

    /// <summary>Compiles.</summary>
    /// <returns>Null when no listener has automatic certificates.</returns>
    public static CertificateAutomation? Compile(SluiceConfig config)
    {
        if (!config.Listeners.Any(WantedNames.IsAutomatic))
        {
            return null;
        }

        CertificatesConfig certificates = config.Certificates;
        IReadOnlyList<ChallengeKind> challenges = ChallengeChoice.Of(config);
        WantedNames wanted = WantedNames.Find(config);

        // A wildcard that can't be proved is left to on-demand issuance, which validation made sure of.
        bool canProveWildcards = challenges.Contains(ChallengeKind.Dns01);
        List<string> names = [.. wanted.All.Where(name => name.Kind == NameKind.Public && (!name.IsWildcard || canProveWildcards)).Select(name => name.Text)];
        List<string> local = [.. wanted.All.Where(name => name.Kind == NameKind.Local).Select(name => name.Text)];
        if (wanted.All.Count == 0 && certificates.OnDemand is null)
        {
            local.Add(LocalName);
        }

        var plan = new AutomationPlan(names, [.. IssuersOf(certificates)], challenges, certificates.KeyType, Compile(certificates.OnDemand));
        return new CertificateAutomation(plan, local)
        {
            DnsUpdate = certificates.Dns?.Update,
            DnsExec = certificates.Dns?.Exec,
            DnsHttp = certificates.Dns?.Http,
            StorageFolder = certificates.Storage?.FullPath,
        };
    }

    /// <summary>The issuers with their names, in order.</summary>
    internal static IEnumerable<IssuerPlan> IssuersOf(CertificatesConfig config)
    {
        IReadOnlyList<IssuerConfig> issuers = config.Issuers.Count > 0 ? config.Issuers : [new IssuerConfig { Directory = IssuerDirectoryType.Known(UsualIssuer) }];
        foreach (IssuerConfig issuer in issuers.Where(issuer => issuer.Directory is not null))
        {
            IssuerDirectory directory = config.IsStaging && issuer.Directory!.Name == UsualIssuer ? IssuerDirectoryType.Known(Staging) : issuer.Directory!;
            yield return new IssuerPlan(
                issuer.Name ?? directory.Name,
                directory.Uri,
                issuer.Email ?? config.Email,
                issuer.Ca?.FullPath,
                issuer.Account is { } account ? new ExternalAccount(account.KeyId, account.HmacKey) : null,
                issuer.Profile,
                issuer.PreferredChain);
        }
    }

    private static OnDemandPlan? Compile(OnDemandConfig? config) =>
        config?.Ask is { } ask ? new OnDemandPlan(ask, config.Rate.Count, TimeSpan.FromMilliseconds(config.Rate.WindowMs)) : null;
}
