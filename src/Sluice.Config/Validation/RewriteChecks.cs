using System.Text;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Routing.Patterns;
using Sluice.Proxy.Templates;

namespace Sluice.Config.Validation;

/// <summary>No redirect leads where a request says, and no two rewrites are about the same thing.</summary>
internal static class RewriteChecks
{
    // Hosts that no configuration is about: RFC 2606, RFC 5737.
    private static readonly string[] Strangers = ["stranger.invalid", "a.b-c.example.com.stranger.invalid", "203.0.113.77", "stranger"];

    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        foreach (RouteConfig route in config.Routes)
        {
            if (route.Redirect is { To: { } target } redirect)
            {
                CheckRedirect(route, redirect, target, diagnostics);
            }

            if (route.Settings.Rewrite is not null && route.Proxy is null && route.Files is null)
            {
                diagnostics.Add(DiagnosticCodes.RewriteWithoutServer, "the route rewrites what goes to a server, but nothing does", route.Location);
            }
        }

        IEnumerable<RewriteConfig?> all =
            [config.Defaults.Routes.Rewrite, .. config.Policies.Select(policy => policy.Settings.Rewrite), .. config.Routes.Select(route => route.Settings.Rewrite)];
        foreach (RewriteConfig rewrite in all.OfType<RewriteConfig>())
        {
            if (rewrite.Replace is { } replace && (rewrite.StripPrefix is not null || rewrite.Regexes.Count > 0))
            {
                diagnostics.Add(DiagnosticCodes.ExclusiveOptions, "`replace` leaves nothing for `strip_prefix` and `regex` to change", replace.Location, "keep one");
            }
        }
    }

    private static void CheckRedirect(RouteConfig route, RedirectConfig redirect, TemplateConfig target, DiagnosticBag diagnostics)
    {
        bool usesHost = target.Value.Text != UriTemplateType.HttpsWord
            && target.Value.Parts.Any(part => part.Variable is TemplateVariable.Host or TemplateVariable.Authority);
        bool isAnyHost = route.Match.Hosts.Count == 0 || route.Match.Hosts.Any(TakesHostsOfOthers);
        if (usesHost && IsInAuthority(target.Value) && isAnyHost)
        {
            diagnostics.Add(
                DiagnosticCodes.RedirectToAnyHost, "the request chooses the host that it is redirected to", target.Location,
                "name the hosts in `match`; for the same host by https: `redirect: https`");
        }

        if (redirect.KeepQuery && target.Value.Text.Contains('#', StringComparison.Ordinal))
        {
            diagnostics.Add(DiagnosticCodes.InvalidRedirect, "the query can't go behind a fragment", target.Location, "leave out `keep_query` or the fragment");
        }
    }

    // A wildcard below a whole top-level domain, or an expression that takes hosts nobody has in common.
    private static bool TakesHostsOfOthers(HostMatch host) => host.Kind switch
    {
        HostMatchKind.Wildcard => !host.Text.Contains('.', StringComparison.Ordinal),
        HostMatchKind.Regex => TakesAny(new TextPattern(host.Text, ignoreCase: true)),
        _ => false,
    };

    private static bool TakesAny(TextPattern pattern) => Strangers.Any(host => pattern.IsMatch(Encoding.ASCII.GetBytes(host)));

    // A path has its first slash before any host; in a URL everything up to the third belongs to the authority.
    private static bool IsInAuthority(Template target)
    {
        int slashes = target.Text.StartsWith('/') ? 3 : 0;
        foreach (TemplatePart part in target.Parts)
        {
            if (slashes < 3 && part.Variable is TemplateVariable.Host or TemplateVariable.Authority)
            {
                return slashes < 3;
            }

            slashes += part.Variable is TemplateVariable.Path or TemplateVariable.Uri ? 3 : part.Text.Count(letter => letter is (byte)'/' or (byte)'?' or (byte)'#');
        }

        return false;
    }
}
