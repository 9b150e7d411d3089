using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Validation;

/// <summary>Cookies of sessions are kept by browsers, and no two upstreams of a host write the same.</summary>
internal static class SessionChecks
{
    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        foreach (UpstreamConfig upstream in config.Upstreams)
        {
            if (upstream.Session is { } session)
            {
                SplitChecks.CheckCookie(session.Plan.Cookie, session.Location, diagnostics);
            }
        }

        // A route that could not be read looks like another one.
        if (diagnostics.HasErrors)
        {
            return;
        }

        var named = config.Upstreams.Where(upstream => upstream.Session is not null).ToDictionary(upstream => upstream.Name, StringComparer.Ordinal);
        var seen = new List<(RouteConfig Route, UpstreamConfig Upstream)>();
        foreach (RouteConfig route in config.Routes.Where(route => route.Proxy is not null))
        {
            foreach (UpstreamConfig upstream in route.Proxy!.Targets.Select(target => named.GetValueOrDefault(target.UpstreamName ?? "")).OfType<UpstreamConfig>())
            {
                CheckClash(route, upstream, seen, diagnostics);
                seen.Add((route, upstream));
            }
        }
    }

    private static void CheckClash(
        RouteConfig route, UpstreamConfig upstream, List<(RouteConfig Route, UpstreamConfig Upstream)> others, DiagnosticBag diagnostics)
    {
        StickyCookiePlan cookie = upstream.Session!.Plan.Cookie;
        foreach ((RouteConfig other, UpstreamConfig with) in others)
        {
            StickyCookiePlan otherCookie = with.Session!.Plan.Cookie;
            if (with != upstream && cookie.Name == otherCookie.Name && cookie.Path == otherCookie.Path && SplitChecks.ShareHost(route.Match, other.Match))
            {
                diagnostics.Add(new Diagnostic(
                    DiagnosticCodes.CookieClash, $"the upstream `{with.Name}` serves the same host and keeps its sessions in the cookie `{cookie.Name}`, too", upstream.Session.Location)
                {
                    Hint = "give this one another `name`",
                    Related = with.Session.Location is { } first ? ("the other one stands at", first) : null,
                });
                return;
            }
        }
    }
}
