using Sluice.Proxy.Plans;
using Sluice.Proxy.Routing.Conditions;
using Sluice.Proxy.Routing.Patterns;

namespace Sluice.Proxy.Routing;

/// <summary>One host and one path of a route: what the table orders and finds. Immutable once the table is built.</summary>
internal sealed class RouteEntry
{
    /// <summary>The route.</summary>
    public required CompiledRoute Route { get; init; }

    /// <summary>The number of the route in the order written.</summary>
    public required int Order { get; init; }

    /// <summary>The host; null for every host.</summary>
    public required HostMatch? Host { get; init; }

    /// <summary>The path; null for every path.</summary>
    public required PathMatch? Path { get; init; }

    /// <summary>The number of the host's regular expression in the order of first appearance; 0 for other hosts.</summary>
    public int HostRegexOrder { get; init; }

    /// <summary>The number of the path's regular expression in the order of first appearance; 0 for other paths.</summary>
    public int PathRegexOrder { get; init; }

    /// <summary>The characters of a path that is a prefix or a glob, stars aside.</summary>
    public int LiteralLength { get; init; }

    /// <summary>What has to hold besides; null for nothing.</summary>
    public Condition? Condition { get; init; }

    /// <summary>The path's regular expression, for its groups; null for other paths.</summary>
    public TextPattern? PathRegex { get; init; }

    /// <summary>The next entry of the same place in the index, in the documented order.</summary>
    public RouteEntry? Next { get; set; }

    /// <summary>Whether the condition holds.</summary>
    public bool Accepts(in RouteInput input) => Condition is null || Condition.Matches(input);
}
