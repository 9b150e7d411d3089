using Sluice.Proxy.Plans.Matching;
using Sluice.Proxy.Routing.Patterns;

namespace Sluice.Proxy.Routing.Conditions;

/// <summary>Tests the host.</summary>
internal sealed class HostTest(HostCondition plan) : Condition
{
    private readonly HostPattern[] _hosts = [.. plan.Hosts.Select(host => new HostPattern(host))];

    internal override bool Matches(in RouteInput input) => HostPattern.AnyMatches(_hosts, input.Request.Host);
}
