namespace Sluice.Proxy.Plans;

/// <summary>Forward the request to a server of an upstream.</summary>
/// <param name="Upstream">One of <see cref="ProxyPlan.Upstreams"/>.</param>
public sealed record ProxyAction(UpstreamPlan Upstream) : RouteAction;
