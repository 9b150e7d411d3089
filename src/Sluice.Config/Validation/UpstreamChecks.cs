using Sluice.Config.Diagnostics;
using Sluice.Config.Model;

namespace Sluice.Config.Validation;

/// <summary>Every upstream is used, and its servers are distinct.</summary>
internal static class UpstreamChecks
{
    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        // A route that could not be read may have used anything.
        bool isReliable = !diagnostics.HasErrors;
        HashSet<string> used = [.. UpstreamNameChecks.AllTargets(config).Select(target => target.UpstreamName).OfType<string>()];
        foreach (UpstreamConfig upstream in config.Upstreams)
        {
            if (!used.Contains(upstream.Name) && isReliable)
            {
                diagnostics.Add(DiagnosticCodes.UnusedUpstream, $"no route uses the upstream `{upstream.Name}`", upstream.Location);
            }

            CheckServers(upstream.Servers, diagnostics);
        }

        foreach (ProxyConfig target in UpstreamNameChecks.AllTargets(config))
        {
            CheckServers(target.Servers, diagnostics);
        }
    }

    private static void CheckServers(IReadOnlyList<ServerConfig> servers, DiagnosticBag diagnostics)
    {
        var known = new Dictionary<string, ServerConfig>(StringComparer.Ordinal);
        foreach (ServerConfig server in servers)
        {
            if (server.Address is { } address && !known.TryAdd(address.ToString(), server))
            {
                diagnostics.Add(new Diagnostic(DiagnosticCodes.ServerGivenTwice, $"the server `{address}` is given twice", server.Location)
                {
                    Hint = "to give it more, set its `weight`",
                    Related = known[address.ToString()].Location is { } first ? ("first given at", first) : null,
                });
            }
        }
    }
}
