using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;

namespace Sluice.Admin.Metrics;

/// <summary>What health checks have found out, as metrics: two values for each server that is checked.</summary>
internal static class CheckMetrics
{
    /// <summary>Writes them.</summary>
    /// <param name="text">Takes them.</param>
    /// <param name="plan">Says which upstreams have checks.</param>
    /// <param name="servers">The servers, in the order of the values.</param>
    internal static void Write(MetricsText text, ProxyPlan plan, IEnumerable<ServerState> servers)
    {
        HashSet<string> upstreams = [.. plan.Upstreams.Where(upstream => upstream.HealthCheck is not null).Select(upstream => upstream.Name)];
        text.Describe("sluice_health_checks_total", "counter", "Health checks of a server, by their result.");
        foreach (ServerState server in servers.Where(server => upstreams.Contains(server.UpstreamName)))
        {
            text.Add(server.Checks.Passed, ("upstream", server.UpstreamName), ("server", server.Name), ("result", "passed"))
                .Add(server.Checks.Failed, ("upstream", server.UpstreamName), ("server", server.Name), ("result", "failed"));
        }
    }
}
