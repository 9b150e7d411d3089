namespace Sluice.Proxy.Routing.Explanation;

/// <summary>What may become of a request.</summary>
/// <param name="Route">The route that takes it; null when none does.</param>
/// <param name="HundredthsOfPercent">How often, 1 to 10,000; less than all only where <c>percentage</c> decides.</param>
public sealed record RouteOutcome(CompiledRoute? Route, int HundredthsOfPercent);
