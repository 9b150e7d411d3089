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

    /// <summary>Where requests go that the only upstream fails; null when nowhere.</summary>
    public FailoverPlan? Failover { get; init; }

    /// <summary>Where requests go, for people: <c>api</c>, <c>stable 90, canary 10</c>, or <c>eu, else us</c>.</summary>
    public string Target => Shares.Count == 1 ? string.Join(", else ", [Shares[0].Upstream.Name, .. Failover?.Upstreams.Select(upstream => upstream.Name) ?? []])
        : string.Join(", ", Shares.Select(share => $"{share.Upstream.Name} {share.Weight}"));
}
