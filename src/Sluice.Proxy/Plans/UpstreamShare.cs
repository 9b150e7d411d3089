namespace Sluice.Proxy.Plans;

/// <summary>An upstream among those that a route splits its requests between.</summary>
/// <param name="Upstream">One of <see cref="ProxyPlan.Upstreams"/>.</param>
/// <param name="Weight">Its share of the requests relative to its siblings, 0 to 1,000; 0 gets nothing.</param>
public sealed record UpstreamShare(UpstreamPlan Upstream, int Weight);
