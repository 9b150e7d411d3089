using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Validation;

/// <summary>Splits have something to choose from, and keep to what they chose.</summary>
internal static class SplitChecks
{
    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        // A split that could not be read looks like another one.
        bool isReliable = !diagnostics.HasErrors;
        var cookies = new List<(RouteConfig Route, StickyCookiePlan Cookie)>();
        foreach (RouteConfig route in config.Routes.Where(route => route.Proxy is not null))
        {
            CheckShares(route.Proxy!, diagnostics);
            if (route.Proxy!.Sticky is { Plan: StickyCookiePlan cookie })
            {
                CheckCookie(cookie, route.Proxy.Sticky.Location, diagnostics);
                if (isReliable)
                {
                    CheckClash(route, cookie, cookies, diagnostics);
                    cookies.Add((route, cookie));
                }
            }
        }
    }

    private static void CheckShares(ProxyConfig proxy, DiagnosticBag diagnostics)
    {
        if (proxy.Split.Count == 0)
        {
            if (proxy.Sticky is { } sticky && proxy.Targets.Any(target => target.UpstreamName is not null || target.Servers.Count > 0))
            {
                diagnostics.Add(DiagnosticCodes.NothingToStickTo, "`sticky` is about a `split`, and there is none", sticky.Location);
            }

            return;
        }

        if (proxy.Split.All(share => share.Weight == 0))
        {
            diagnostics.Add(DiagnosticCodes.SplitOfNothing, "no upstream of the split gets a request: every weight is 0", proxy.Location);
        }

        var known = new Dictionary<string, SplitShareConfig>(StringComparer.Ordinal);
        foreach (SplitShareConfig share in proxy.Split)
        {
            if (NameOf(share.To) is { Length: > 0 } name && !known.TryAdd(name, share))
            {
                diagnostics.Add(new Diagnostic(DiagnosticCodes.GivenTwice, $"`{name}` is in the split twice", share.To!.Location)
                {
                    Hint = "to give it more, set its `weight`",
                    Related = known[name].To!.Location is { } first ? ("first given at", first) : null,
                });
            }
        }
    }

    // RFC 6265bis, sections 4.1.3 and 5.7: what browsers don't keep.
    internal static void CheckCookie(StickyCookiePlan cookie, SourceLocation? place, DiagnosticBag diagnostics)
    {
        bool isHost = cookie.Name.StartsWith("__Host-", StringComparison.OrdinalIgnoreCase);
        bool needsSecure = isHost || cookie.SameSite == SameSitePolicy.None || cookie.Name.StartsWith("__Secure-", StringComparison.OrdinalIgnoreCase);
        if (needsSecure && !cookie.Secure)
        {
            string why = cookie.SameSite == SameSitePolicy.None ? "`same_site: none`" : $"the name `{cookie.Name}`";
            diagnostics.Add(DiagnosticCodes.RefusedCookie, $"browsers refuse the cookie: {why} asks for a secure one", place, "`secure: true`");
        }
        else if (isHost && cookie.Path != "/")
        {
            diagnostics.Add(DiagnosticCodes.RefusedCookie, $"browsers refuse the cookie: the name `{cookie.Name}` asks for the path `/`", place);
        }
    }

    // Routes of one host see each other's cookies. With other upstreams behind the same name, each would overwrite what the other chose.
    private static void CheckClash(
        RouteConfig route, StickyCookiePlan cookie, List<(RouteConfig Route, StickyCookiePlan Cookie)> others, DiagnosticBag diagnostics)
    {
        foreach ((RouteConfig other, StickyCookiePlan otherCookie) in others)
        {
            if (cookie.Name == otherCookie.Name && cookie.Path == otherCookie.Path && ShareHost(route.Match, other.Match) && !HaveSameUpstreams(route, other))
            {
                diagnostics.Add(new Diagnostic(
                    DiagnosticCodes.CookieClash, $"another split keeps its choice in the cookie `{cookie.Name}`, too", route.Proxy!.Sticky!.Location)
                {
                    Hint = "give this one another `name`",
                    Related = other.Proxy!.Sticky!.Location is { } first ? ("the other one stands at", first) : null,
                });
                return;
            }
        }
    }

    internal static bool ShareHost(MatchConfig left, MatchConfig right) =>
        left.Hosts.Count == 0 || right.Hosts.Count == 0 || left.Hosts.Intersect(right.Hosts).Any();

    private static bool HaveSameUpstreams(RouteConfig left, RouteConfig right) =>
        left.Proxy!.Targets.Select(NameOf).ToHashSet().SetEquals(right.Proxy!.Targets.Select(NameOf));

    /// <summary>The name of a target, or the URLs of its servers.</summary>
    internal static string NameOf(ProxyConfig? target) =>
        target?.UpstreamName ?? string.Join(',', target?.Servers.Select(server => server.Address?.ToString()) ?? []);
}
