using Sluice.Config.Model;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Compilation;

/// <summary>Compiles rewrites and redirects.</summary>
internal static class RewriteCompiler
{
    /// <summary>A rewrite; null when there is none.</summary>
    internal static RewritePlan? Compile(RewriteConfig? rewrite) => rewrite is null ? null : new RewritePlan
    {
        StripPrefix = rewrite.StripPrefix,
        Regexes = [.. rewrite.Regexes.Select(regex => new RegexRewrite(regex.Pattern, regex.With))],
        Replace = rewrite.Replace?.Value,
        AddPrefix = rewrite.AddPrefix,
        Query = [.. (rewrite.Query?.Entries ?? []).Select(edit => new QueryEdit(edit.Name, edit.DropsOld, [.. edit.Values.Select(value => value.Value)]))],
    };

    /// <summary>The rewriting of cookies; null when there is none.</summary>
    internal static CookieRewritePlan? Compile(CookieRewriteConfig? cookies) => cookies is null ? null : new CookieRewritePlan
    {
        Domains = [.. cookies.Domains],
        Paths = [.. cookies.Paths],
        Secure = cookies.Secure,
        HttpOnly = cookies.HttpOnly,
        SameSite = cookies.SameSite,
    };

    /// <summary>A redirect.</summary>
    internal static RedirectAction Compile(RedirectConfig redirect) => new(PlanCompiler.Known(redirect.To).Value, redirect.Status, redirect.KeepQuery);
}
