using Sluice.Proxy.Plans.Matching;

namespace Sluice.Proxy.Routing.Conditions;

/// <summary>Tests what was drawn.</summary>
internal sealed class PercentageTest(PercentageCondition plan) : Condition
{
    private readonly int _limit = plan.HundredthsOfPercent;

    internal override bool Matches(in RouteInput input) => input.Sample < _limit;
}
