using Sluice.Config.Diagnostics;
using Sluice.Config.Model;

namespace Sluice.Config.Validation;

/// <summary>Requests that fail go somewhere else, and there are requests that can.</summary>
internal static class FailoverChecks
{
    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        // A route that could not be read may have had another action.
        bool isReliable = !diagnostics.HasErrors;
        foreach (RouteConfig route in config.Routes)
        {
            if (route.Proxy is { } proxy)
            {
                CheckTwice(proxy, diagnostics);
            }

            if (isReliable)
            {
                CheckUse(route, diagnostics);
            }
        }
    }

    private static void CheckTwice(ProxyConfig proxy, DiagnosticBag diagnostics)
    {
        var known = new Dictionary<string, ProxyConfig>(StringComparer.Ordinal);
        foreach (ProxyConfig target in proxy.Failover)
        {
            if (SplitChecks.NameOf(target) is { Length: > 0 } name && !known.TryAdd(name, target))
            {
                diagnostics.Add(new Diagnostic(DiagnosticCodes.GivenTwice, $"`{name}` is in the list twice", target.Location)
                {
                    Hint = "to try it more often, see `retries`",
                    Related = known[name].Location is { } first ? ("first given at", first) : null,
                });
            }
        }
    }

    private static void CheckUse(RouteConfig route, DiagnosticBag diagnostics)
    {
        if (route.Fallback is { } fallback && route.Proxy is null)
        {
            diagnostics.Add(DiagnosticCodes.PointlessFailover, "nothing can fail: the route answers by itself", fallback.Location);
        }
        else if (route.Fallback?.To is { } to && route.Proxy!.Targets.Count() == 1 && SplitChecks.NameOf(to) == SplitChecks.NameOf(route.Proxy.Targets.First()))
        {
            diagnostics.Add(DiagnosticCodes.PointlessFailover, $"what `{SplitChecks.NameOf(to)}` has failed goes to `{SplitChecks.NameOf(to)}`", to.Location);
        }

        if (route.Proxy is { FailoverOn: not null, Failover.Count: 0 } alone)
        {
            diagnostics.Add(DiagnosticCodes.PointlessFailover, "`on` is about a `failover`, and there is none", alone.Location, "for retries, see `retries` of the route");
        }
        else if (route.Proxy is { Failover.Count: 1 } single)
        {
            diagnostics.Add(DiagnosticCodes.PointlessFailover, "there is one upstream only, and none to go on to", single.Location);
        }
    }
}
