using Sluice.Config.Diagnostics;
using Sluice.Config.Model;

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
    }
}
