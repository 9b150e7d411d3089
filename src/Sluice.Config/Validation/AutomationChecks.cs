using System.Buffers.Text;
using Sluice.Certificates.Keeping;
using Sluice.Config.Automation;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Model.Automation;

namespace Sluice.Config.Validation;

/// <summary>Automatic certificates can be obtained, as far as that can be known here.</summary>
internal static class AutomationChecks
{
    // Those that issue to nobody whom they don't know.
    private static readonly string[] WantAccounts = ["zerossl", "google"];

    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        CertificatesConfig certificates = config.Certificates;
        CheckIssuers(certificates, diagnostics);
        CheckDns(certificates, diagnostics);

        // What could not be read may have had `tls: auto`, or a host.
        if (diagnostics.HasErrors)
        {
            return;
        }

        if (!config.Listeners.Any(WantedNames.IsAutomatic))
        {
            if (certificates.Location is { } place)
            {
                diagnostics.Add(DiagnosticCodes.IneffectiveTls, "no certificate is obtained: no listener has `tls: auto`", place);
            }

            return;
        }

        CheckNames(config, diagnostics);
    }

    private static void CheckIssuers(CertificatesConfig config, DiagnosticBag diagnostics)
    {
        var known = new Dictionary<string, IssuerConfig>(StringComparer.Ordinal);
        foreach (IssuerConfig issuer in config.Issuers.Where(issuer => issuer.Directory is not null))
        {
            string name = issuer.Name ?? issuer.Directory!.Name;
            if (!known.TryAdd(name, issuer))
            {
                diagnostics.Add(new Diagnostic(DiagnosticCodes.GivenTwice, $"two issuers have the name `{name}`", issuer.Location)
                {
                    Hint = "give one another `name`",
                    Related = known[name].Location is { } first ? ("the first one stands at", first) : null,
                });
            }

            if (issuer.Account is null && WantAccounts.Contains(issuer.Directory!.Name))
            {
                diagnostics.Add(DiagnosticCodes.InvalidAutomation, $"`{issuer.Directory.Name}` issues to accounts that it knows", issuer.Location, "add `eab`");
            }

            if (issuer.Account is { HmacKey.Length: > 0 } account && !Base64Url.IsValid(account.HmacKey))
            {
                diagnostics.Add(DiagnosticCodes.InvalidAutomation, "`hmac_key` is not base64url", issuer.Location, "letters, digits, `-` and `_`");
            }
        }
    }

    private static void CheckDns(CertificatesConfig config, DiagnosticBag diagnostics)
    {
        // Missing options are told already, and need no second complaint.
        bool isRead = !diagnostics.HasErrors;
        IReadOnlyList<string> problems = isRead ? config.Dns?.Update?.FindProblems() ?? config.Dns?.Exec?.FindProblems() ?? config.Dns?.Http?.FindProblems() ?? [] : [];
        foreach (string problem in problems)
        {
            diagnostics.Add(DiagnosticCodes.InvalidAutomation, problem, config.Dns!.Location);
        }

        if (config.Dns is null && config.Challenges.Contains(ChallengeKind.Dns01))
        {
            diagnostics.Add(DiagnosticCodes.InvalidAutomation, "nobody puts records for `dns-01` into the DNS", config.ChallengesLocation, "add `dns`");
        }
    }

    private static void CheckNames(SluiceConfig config, DiagnosticBag diagnostics)
    {
        CertificatesConfig certificates = config.Certificates;
        IReadOnlyList<ChallengeKind> challenges = ChallengeChoice.Of(config);
        WantedNames wanted = WantedNames.Find(config);
        foreach (WantedName name in wanted.All.Where(name => name.Kind == NameKind.Unknown))
        {
            diagnostics.Add(
                DiagnosticCodes.NoPublicName, $"no issuer signs a certificate for `{name.Text}`", name.Location, "name its own in `certificates` of the listener");
        }

        foreach (WantedName name in wanted.All.Where(name => name is { Kind: NameKind.Public, IsWildcard: true }))
        {
            if (!challenges.Contains(ChallengeKind.Dns01) && certificates.OnDemand is null)
            {
                diagnostics.Add(DiagnosticCodes.WildcardWithoutDns, $"a certificate for `{name.Text}` needs `dns-01`", name.Location, "add `dns` to `certificates`");
            }
        }

        foreach (RouteConfig route in certificates.OnDemand is null ? wanted.Unknowable.Distinct() : [])
        {
            diagnostics.Add(
                DiagnosticCodes.NoPublicName,
                "the names behind an expression are not known, so no certificate is obtained for them",
                route.Match.Location ?? route.Location,
                "list them in `names` of `certificates`, or add `on_demand`");
        }

        bool isAnyPublic = certificates.OnDemand is not null || wanted.All.Any(name => name.Kind == NameKind.Public);
        if (isAnyPublic && certificates.Challenges.Count == 0 && !ChallengeChoice.IsReachable(config))
        {
            ListenerConfig listener = config.Listeners.First(WantedNames.IsAutomatic);
            diagnostics.Add(
                DiagnosticCodes.UnreachableForIssuers,
                "issuers ask at ports 80 and 443, and no listener has one of them",
                listener.Tls!.Location,
                "if they are forwarded, say so with `challenges`; else add `dns`");
        }
    }
}
