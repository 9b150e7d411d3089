using Sluice.Proxy.Plans.Matching;
using Sluice.Proxy.Routing.Patterns;

namespace Sluice.Proxy.Routing.Conditions;

/// <summary>Tests the name of the TLS handshake.</summary>
internal sealed class SniTest(SniCondition plan) : Condition
{
    private readonly HostPattern[] _names = [.. plan.Names.Select(name => new HostPattern(name))];

    internal override bool Matches(in RouteInput input) => !input.Sni.IsEmpty && HostPattern.AnyMatches(_names, input.Sni);
}
