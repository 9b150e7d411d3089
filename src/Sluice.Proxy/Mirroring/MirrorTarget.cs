using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Mirroring;

/// <summary>Where copies of a route's requests go, and how many. Immutable.</summary>
/// <param name="Plan">What the configuration says.</param>
/// <param name="Upstream">The upstream.</param>
internal sealed record MirrorTarget(MirrorPlan Plan, UpstreamState Upstream);
