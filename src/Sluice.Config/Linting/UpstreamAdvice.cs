using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Config.Linting;

/// <summary>Upstreams have servers to choose from, and differ.</summary>
internal static class UpstreamAdvice
{
    internal static void Run(SluiceConfig config, DiagnosticBag advice)
    {
        var known = new Dictionary<string, UpstreamConfig>(StringComparer.Ordinal);
        foreach (UpstreamConfig upstream in config.Upstreams)
        {
            if (upstream is { Balance: not null, Servers.Count: 1 })
            {
                advice.Add(DiagnosticCodes.BalanceOfOne, $"the upstream `{upstream.Name}` has one server to choose from", upstream.Location, "remove `balance`");
            }

            AddPointlessHash(upstream.Balance?.Key, $"of the upstream `{upstream.Name}`", upstream.Location, advice);
            string servers = string.Join(' ', upstream.Servers.Select(server => $"{server.Address}*{server.Weight ?? 1}").Order(StringComparer.Ordinal));
            if (!known.TryAdd(servers, upstream))
            {
                UpstreamConfig first = known[servers];
                advice.Add(new Diagnostic(
                    DiagnosticCodes.SameUpstreams, $"the upstreams `{first.Name}` and `{upstream.Name}` have the same servers", upstream.Location)
                {
                    Related = first.Location is { } place ? ($"`{first.Name}` stands at", place) : null,
                });
            }
        }

        foreach (RouteConfig route in config.Routes)
        {
            AddPointlessHash(route.Proxy?.Sticky?.Plan as StickyKeyPlan, "of the split", route.Proxy?.Sticky?.Location, advice);
        }
    }

    private static void AddPointlessHash(StickyKeyPlan? key, string whose, SourceLocation? location, DiagnosticBag advice)
    {
        if (key?.Template?.Parts.FirstOrDefault(part => part.Variable is TemplateVariable.RequestId or TemplateVariable.Time) is { Variable: not TemplateVariable.None } part)
        {
            string name = part.Variable == TemplateVariable.Time ? "{time}" : "{request.id}";
            advice.Add(DiagnosticCodes.PointlessHash, $"`{name}` in the hash {whose} keeps no requests together", location);
        }
    }
}
