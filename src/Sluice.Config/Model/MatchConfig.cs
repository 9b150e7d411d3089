using Sluice.Config.Diagnostics;
using Sluice.Http.Addresses;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Matching;

namespace Sluice.Config.Model;

/// <summary>The requests that a route takes: those that fulfil everything that is given. Of several values of one kind one is enough.</summary>
public sealed record MatchConfig
{
    /// <summary>Empty means every host.</summary>
    public IReadOnlyList<HostMatch> Hosts { get; init; } = [];

    /// <summary>Empty means every path.</summary>
    public IReadOnlyList<PathMatch> Paths { get; init; } = [];

    /// <summary>Empty means every method.</summary>
    public IReadOnlyList<string> Methods { get; init; } = [];

    /// <summary>Whether the connection has to be encrypted, or not; null means both.</summary>
    public bool? IsHttps { get; init; }

    /// <summary>The names of TLS handshakes; empty means that it doesn't matter.</summary>
    public IReadOnlyList<HostMatch> Sni { get; init; } = [];

    /// <summary>The listeners; empty means every listener.</summary>
    public IReadOnlyList<ListenerUseConfig> Listeners { get; init; } = [];

    /// <summary>The addresses of clients; empty means every address.</summary>
    public IReadOnlyList<IpRange> ClientAddresses { get; init; } = [];

    /// <summary>A share of the requests in hundredths of a percent; null means all.</summary>
    public int? HundredthsOfPercent { get; init; }

    /// <summary>Headers, query parameters and cookies, each as a condition of its own.</summary>
    public IReadOnlyList<MatchCondition> Values { get; init; } = [];

    /// <summary>Further matches, all of which have to hold.</summary>
    public IReadOnlyList<MatchConfig> All { get; init; } = [];

    /// <summary>Further matches, one of which has to hold; empty means none is asked for.</summary>
    public IReadOnlyList<MatchConfig> Any { get; init; } = [];

    /// <summary>A match that must not hold.</summary>
    public MatchConfig? Not { get; init; }

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }

    /// <summary>The matches directly within this one.</summary>
    internal IEnumerable<MatchConfig> Inner => Not is null ? All.Concat(Any) : All.Concat(Any).Append(Not);
}
