using Sluice.Proxy.Plans;
using Sluice.Proxy.Routing;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Workers;

/// <summary>A plan made ready to serve: compiled routes, and the states of upstreams and servers. Built once, read by all workers.</summary>
internal sealed class ProxySnapshot
{
    public ProxySnapshot(ProxyPlan plan)
    {
        Plan = plan;
        var servers = new List<ServerState>();
        var upstreams = new Dictionary<UpstreamPlan, UpstreamState>(ReferenceEqualityComparer.Instance);
        foreach (UpstreamPlan upstream in plan.Upstreams)
        {
            ServerState[] own = [.. upstream.Servers.Select((server, index) => new ServerState(server, upstream, servers.Count + index, index))];
            servers.AddRange(own);
            upstreams[upstream] = new UpstreamState(upstream, upstreams.Count, own);
        }

        Servers = [.. servers];
        Upstreams = [.. upstreams.Values.OrderBy(state => state.Id)];
        Routes = new RouteTable(plan.Routes.Select(route =>
            new CompiledRoute(route, plan.Limits, route.Action is ProxyAction proxy ? upstreams[proxy.Upstream] : null)));
    }

    /// <summary>What the configuration says.</summary>
    public ProxyPlan Plan { get; }

    /// <summary>The routes, ready to be searched.</summary>
    public RouteTable Routes { get; }

    /// <summary>The upstreams by number.</summary>
    public UpstreamState[] Upstreams { get; }

    /// <summary>All servers by number.</summary>
    public ServerState[] Servers { get; }
}
