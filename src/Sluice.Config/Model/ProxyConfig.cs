using Sluice.Config.Diagnostics;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>Where a route forwards to: a named upstream, servers of its own, several of either between which requests are split, or one behind the other.</summary>
public sealed record ProxyConfig
{
    /// <summary>The name of one of <see cref="SluiceConfig.Upstreams"/>, or null.</summary>
    public string? UpstreamName { get; init; }

    /// <summary>The servers written in the route itself; empty when there is a name or a split.</summary>
    public IReadOnlyList<ServerConfig> Servers { get; init; } = [];

    /// <summary>The shares of a split; empty without one.</summary>
    public IReadOnlyList<SplitShareConfig> Split { get; init; } = [];

    /// <summary>Upstreams one behind the other, of which the next gets what the one before has failed; empty without failover.</summary>
    public IReadOnlyList<ProxyConfig> Failover { get; init; } = [];

    /// <summary>After what it does; null means what the plan has.</summary>
    public RetryTriggers? FailoverOn { get; init; }

    /// <summary>What keeps requests that belong together at one upstream of the split.</summary>
    public StickyConfig? Sticky { get; init; }

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }

    /// <summary>Everything that requests may go to, each without a split or others behind it.</summary>
    public IEnumerable<ProxyConfig> Targets =>
        Failover.Count > 0 ? Failover : Split.Count == 0 ? [this] : Split.Select(share => share.To).OfType<ProxyConfig>();
}
