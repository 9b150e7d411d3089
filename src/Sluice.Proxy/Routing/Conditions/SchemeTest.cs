using Sluice.Proxy.Plans.Matching;

namespace Sluice.Proxy.Routing.Conditions;

/// <summary>Tests whether the client used https.</summary>
internal sealed class SchemeTest(SchemeCondition plan) : Condition
{
    private readonly bool _isHttps = plan.IsHttps;

    internal override bool Matches(in RouteInput input) => input.IsHttps == _isHttps;
}
