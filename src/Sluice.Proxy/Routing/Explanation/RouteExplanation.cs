namespace Sluice.Proxy.Routing.Explanation;

/// <summary>What becomes of a request, and why.</summary>
/// <param name="Outcomes">At least one, the likeliest first, and among equals the first in order; together 10,000 hundredths of a percent.</param>
/// <param name="Others">Every route but the one that takes it, or takes it most often, in the order written.</param>
public sealed record RouteExplanation(IReadOnlyList<RouteOutcome> Outcomes, IReadOnlyList<RouteVerdict> Others)
{
    /// <summary>The route that takes the request, or takes it most often; null when none ever does.</summary>
    public CompiledRoute? Winner => Outcomes.FirstOrDefault(outcome => outcome.Route is not null)?.Route;
}
