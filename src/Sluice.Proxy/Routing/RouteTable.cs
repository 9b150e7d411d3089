using System.Text;
using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Routing;

/// <summary>Finds the route of a request by its canonical host and path: the most specific wins, whatever order they were written in.</summary>
/// <remarks>
/// Specificity, from most to least: an exact host, a wildcard by its length, any host; within a host an exact path, a prefix by its length, any path;
/// among equals the one written first. Immutable, read by all workers, no allocation to look up.
/// </remarks>
public sealed class RouteTable
{
    private readonly Entry[] _entries;

    /// <summary>Sorts the routes by specificity.</summary>
    public RouteTable(IEnumerable<CompiledRoute> routes)
    {
        // OrderBy is stable: among equals the order of the configuration stays.
        _entries = [.. routes.SelectMany(Expand).OrderByDescending(HostRank).ThenByDescending(PathRank)];
    }

    /// <summary>The route for a host and a path, or null.</summary>
    public CompiledRoute? Find(ReadOnlySpan<byte> host, ReadOnlySpan<byte> path)
    {
        foreach (Entry entry in _entries)
        {
            if (MatchesPath(entry, path) && MatchesHost(entry, host))
            {
                return entry.Route;
            }
        }

        return null;
    }

    private static IEnumerable<Entry> Expand(CompiledRoute route)
    {
        // A missing list is one match that takes everything.
        List<HostMatch?> hosts = [.. route.Plan.Hosts];
        List<PathMatch?> paths = [.. route.Plan.Paths];
        if (hosts.Count == 0)
        {
            hosts.Add(null);
        }

        if (paths.Count == 0)
        {
            paths.Add(null);
        }

        return from host in hosts from path in paths select new Entry(route, host, path);
    }

    private static int HostRank(Entry entry) => entry.Host.Length == 0 ? 0 : entry.IsHostWildcard ? entry.Host.Length : int.MaxValue;

    private static int PathRank(Entry entry) => entry.IsPathPrefix ? entry.Path.Length : int.MaxValue;

    private static bool MatchesHost(Entry entry, ReadOnlySpan<byte> host)
    {
        if (entry.Host.Length == 0)
        {
            return true;
        }

        if (!entry.IsHostWildcard)
        {
            return host.SequenceEqual(entry.Host);
        }

        // At least one label more, separated by a dot.
        int rest = host.Length - entry.Host.Length - 1;
        return rest > 0 && host[rest] == (byte)'.' && host.EndsWith(entry.Host);
    }

    private static bool MatchesPath(Entry entry, ReadOnlySpan<byte> path)
    {
        if (!entry.IsPathPrefix)
        {
            return path.SequenceEqual(entry.Path);
        }

        // A prefix ends where a segment does.
        return path.StartsWith(entry.Path) && (path.Length == entry.Path.Length || entry.Path.Length == 0 || path[entry.Path.Length] == (byte)'/');
    }

    private sealed class Entry
    {
        public Entry(CompiledRoute route, HostMatch? host, PathMatch? path)
        {
            Route = route;
            Host = Encoding.ASCII.GetBytes(host?.Name ?? "");
            IsHostWildcard = host?.IsWildcard ?? false;
            Path = Encoding.ASCII.GetBytes(path?.Path ?? "");
            IsPathPrefix = path?.IsPrefix ?? true;
        }

        public CompiledRoute Route { get; }

        public byte[] Host { get; }

        public bool IsHostWildcard { get; }

        public byte[] Path { get; }

        public bool IsPathPrefix { get; }
    }
}
