using System.Text;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Routing.Patterns;

namespace Sluice.Proxy.Routing.Index;

/// <summary>The entries of one priority, to be searched by host: exact, wildcards from the longest, regular expressions, any.</summary>
internal sealed class PriorityRoutes
{
    private readonly ByteTable<HostRoutes> _exact = new();
    private readonly List<(HostPattern Pattern, HostMatch Host, HostRoutes Routes)> _regexes = [];
    private ByteTable<HostRoutes>? _wildcards;
    private HostRoutes? _any;

    /// <param name="priority">Of all its entries.</param>
    internal PriorityRoutes(int priority) => Priority = priority;

    internal int Priority { get; }

    /// <summary>Adds an entry; they have to come in the documented order.</summary>
    internal void Add(RouteEntry entry) => RoutesOf(entry.Host).Add(entry);

    /// <summary>The first entry that takes a request, or null.</summary>
    internal RouteEntry? Find(in RouteInput input)
    {
        ReadOnlySpan<byte> host = input.Request.Host;
        if (_exact.TryGet(host, out HostRoutes? exact) && exact.Find(input) is { } ofHost)
        {
            return ofHost;
        }

        if (_wildcards is not null && FindWildcard(host, input) is { } below)
        {
            return below;
        }

        foreach ((HostPattern pattern, _, HostRoutes routes) in _regexes)
        {
            if (pattern.Matches(host) && routes.Find(input) is { } matching)
            {
                return matching;
            }
        }

        return _any?.Find(input);
    }

    // From the longest: "b.example.com", "example.com", "com" for "a.b.example.com".
    private RouteEntry? FindWildcard(ReadOnlySpan<byte> host, in RouteInput input)
    {
        // The first label may not be empty; a canonical host has none that is.
        for (int dot = host.IndexOf((byte)'.'); dot > 0; dot = host.IndexOf((byte)'.'))
        {
            host = host[(dot + 1)..];
            if (_wildcards!.TryGet(host, out HostRoutes? routes) && routes.Find(input) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private HostRoutes RoutesOf(HostMatch? host) => host?.Kind switch
    {
        HostMatchKind.Exact => _exact.GetOrAdd(Encoding.ASCII.GetBytes(host.Text), static () => new HostRoutes()),
        HostMatchKind.Wildcard => (_wildcards ??= new ByteTable<HostRoutes>()).GetOrAdd(Encoding.ASCII.GetBytes(host.Text), static () => new HostRoutes()),
        HostMatchKind.Regex => RoutesOfRegex(host),
        _ => _any ??= new HostRoutes(),
    };

    private HostRoutes RoutesOfRegex(HostMatch host)
    {
        // In the documented order entries of the same expression come together.
        if (_regexes.Count == 0 || _regexes[^1].Host != host)
        {
            _regexes.Add((new HostPattern(host), host, new HostRoutes()));
        }

        return _regexes[^1].Routes;
    }
}
