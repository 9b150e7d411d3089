namespace Sluice.Proxy.Plans;

/// <summary>Forward the request to a server of an upstream.</summary>
/// <param name="Shares">The upstreams that requests are split between; at least one, none twice, and one at least with a weight above 0.</param>
public sealed record ProxyAction(PlanList<UpstreamShare> Shares) : RouteAction
{
    /// <summary>Forwards all requests to one upstream.</summary>
    public ProxyAction(UpstreamPlan upstream)
        : this([new UpstreamShare(upstream, 1)])
    {
    }

    /// <summary>What makes requests that belong together go to the same upstream; null when nothing does.</summary>
    public StickyPlan? Sticky { get; init; }

    /// <summary>Where requests go, for people: <c>api</c>, or <c>stable 90, canary 10</c>.</summary>
    public string Target => Shares.Count == 1 ? Shares[0].Upstream.Name : string.Join(", ", Shares.Select(share => $"{share.Upstream.Name} {share.Weight}"));
}
