namespace Sluice.Proxy.Plans;

/// <summary>What a route does with a request.</summary>
public abstract record RouteAction;
