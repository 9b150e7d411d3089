namespace Sluice.Proxy.Routing.Explanation;

/// <summary>Why a route does not take a request, or not always.</summary>
/// <param name="Route">The route.</param>
/// <param name="Reason">In a few words: the condition that fails with what was expected and found, or what another route is preferred for.</param>
public sealed record RouteVerdict(CompiledRoute Route, string Reason);
