using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Values;
using Sluice.Proxy.Templates;

namespace Sluice.Config.Validation;

/// <summary>No redirect leads where a request says, and no two rewrites are about the same thing.</summary>
internal static class RewriteChecks
{
    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        foreach (RouteConfig route in config.Routes)
        {
            if (route.Redirect is { To: { } target } redirect)
            {
                CheckRedirect(route, redirect, target, diagnostics);
            }

            if (route.Settings.Rewrite is not null && route.Proxy is null)
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
        if (usesHost && IsInAuthority(target.Value) && route.Match.Hosts.Count == 0)
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
