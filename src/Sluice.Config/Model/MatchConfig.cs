using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>The requests that a route takes: those that fit one of the hosts and one of the paths.</summary>
public sealed record MatchConfig
{
    /// <summary>Empty means every host.</summary>
    public IReadOnlyList<HostMatch> Hosts { get; init; } = [];

    /// <summary>Empty means every path.</summary>
    public IReadOnlyList<PathMatch> Paths { get; init; } = [];
}
