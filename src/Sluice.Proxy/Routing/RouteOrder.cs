using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Routing;

/// <summary>The order in which routes are tried, as <see cref="RouteTable"/> documents it.</summary>
internal sealed class RouteOrder : IComparer<RouteEntry>
{
    internal static readonly RouteOrder Instance = new();

    /// <inheritdoc/>
    public int Compare(RouteEntry? x, RouteEntry? y)
    {
        (int result, _) = Decide(x!, y!);
        return result;
    }

    /// <summary>What puts one entry before another.</summary>
    /// <returns>Below 0 when <paramref name="x"/> goes first, and the step that decided.</returns>
    internal static (int Result, RouteOrderStep Step) Decide(RouteEntry x, RouteEntry y)
    {
        int result = y.Route.Plan.Priority.CompareTo(x.Route.Plan.Priority);
        if (result != 0)
        {
            return (result, RouteOrderStep.Priority);
        }

        result = CompareHosts(x, y);
        if (result != 0)
        {
            return (result, RouteOrderStep.Host);
        }

        result = ComparePaths(x, y);
        if (result != 0)
        {
            return (result, RouteOrderStep.Path);
        }

        result = LeafCount(y).CompareTo(LeafCount(x));
        return result != 0 ? (result, RouteOrderStep.Conditions) : (x.Order.CompareTo(y.Order), RouteOrderStep.Written);
    }

    private static int CompareHosts(RouteEntry x, RouteEntry y)
    {
        int result = RankOfHost(x.Host).CompareTo(RankOfHost(y.Host));
        if (result != 0 || x.Host is null || y.Host is null)
        {
            return result;
        }

        return x.Host.Kind switch
        {
            HostMatchKind.Wildcard => y.Host.Text.Length.CompareTo(x.Host.Text.Length),
            HostMatchKind.Regex => x.HostRegexOrder.CompareTo(y.HostRegexOrder),
            _ => 0,
        };
    }

    private static int ComparePaths(RouteEntry x, RouteEntry y)
    {
        int result = RankOfPath(x.Path).CompareTo(RankOfPath(y.Path));
        if (result != 0 || x.Path is null || y.Path is null || x.Path.Kind == PathMatchKind.Exact)
        {
            return result;
        }

        if (x.Path.Kind == PathMatchKind.Regex)
        {
            return x.PathRegexOrder.CompareTo(y.PathRegexOrder);
        }

        // A glob before a prefix among equals.
        result = y.LiteralLength.CompareTo(x.LiteralLength);
        return result != 0 ? result : (y.Path.Kind == PathMatchKind.Glob).CompareTo(x.Path.Kind == PathMatchKind.Glob);
    }

    private static int RankOfHost(HostMatch? host) => host?.Kind switch
    {
        HostMatchKind.Exact => 0,
        HostMatchKind.Wildcard => 1,
        HostMatchKind.Regex => 2,
        _ => 3,
    };

    private static int RankOfPath(PathMatch? path) => path?.Kind switch
    {
        PathMatchKind.Exact => 0,
        PathMatchKind.Regex => 1,
        PathMatchKind.Glob or PathMatchKind.Prefix => 2,
        _ => 3,
    };

    private static int LeafCount(RouteEntry entry) => entry.Route.Plan.Condition?.LeafCount ?? 0;
}
