using System.Text;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Routing.Patterns;

namespace Sluice.Proxy.Routing.Index;

/// <summary>The entries of one host within one priority, to be searched by path.</summary>
/// <remarks>
/// <list type="number">
/// <item>The exact path, by a trie of segments.</item>
/// <item>Regular expressions in their order.</item>
/// <item>Globs and prefixes, by their number of literal characters: the trie's nodes from the deepest upwards, merged with a sorted list of globs.</item>
/// <item>What takes every path.</item>
/// </list>
/// </remarks>
internal sealed class HostRoutes
{
    private readonly PathNode _root = new();
    private readonly EntryList _any = new();

    private readonly List<RouteEntry> _regexes = [];
    private readonly List<(PathGlob Glob, RouteEntry Entry)> _globs = [];

    /// <summary>Adds an entry; they have to come in the documented order.</summary>
    internal void Add(RouteEntry entry)
    {
        switch (entry.Path?.Kind)
        {
            case PathMatchKind.Exact or PathMatchKind.Prefix:
                _root.Add(Encoding.ASCII.GetBytes(entry.Path.Text), entry.Path.Kind == PathMatchKind.Prefix, entry);
                break;
            case PathMatchKind.Regex:
                _regexes.Add(entry);
                break;
            case PathMatchKind.Glob:
                bool isSame = _globs.Count > 0 && _globs[^1].Entry.Path == entry.Path;
                _globs.Add((isSame ? _globs[^1].Glob : new PathGlob(entry.Path.Text), entry));
                break;
            default:
                _any.Add(entry);
                break;
        }
    }

    /// <summary>The first entry that takes a request, whose host is known to fit; null when there is none.</summary>
    internal RouteEntry? Find(in RouteInput input)
    {
        // 1. Exact. The asterisk of OPTIONS has no segments.
        ReadOnlySpan<byte> path = input.Request.Path;
        PathNode? node = null;
        if (path.Length > 0 && path[0] == '/')
        {
            node = _root.Walk(path, out bool isWhole);
            if (isWhole && node.Exact?.Find(input) is { } exact)
            {
                return exact;
            }
        }

        // 2. to 4.
        return FindRegex(path, input) ?? FindPattern(node, path, input) ?? _any.Find(input);
    }

    private RouteEntry? FindRegex(ReadOnlySpan<byte> path, in RouteInput input)
    {
        TextPattern? tested = null;
        bool isMatch = false;
        foreach (RouteEntry entry in _regexes)
        {
            // Entries of the same expression stand together; it is tested once.
            if (!ReferenceEquals(entry.PathRegex, tested))
            {
                tested = entry.PathRegex!;
                isMatch = tested.IsMatch(path);
            }

            if (isMatch && entry.Accepts(input))
            {
                return entry;
            }
        }

        return null;
    }

    private RouteEntry? FindPattern(PathNode? deepest, ReadOnlySpan<byte> path, in RouteInput input)
    {
        PathNode? node = WithPrefix(deepest);
        foreach ((PathGlob glob, RouteEntry entry) in _globs)
        {
            for (; node is not null && node.Length > entry.LiteralLength; node = WithPrefix(node.Parent))
            {
                if (node.Prefix!.Find(input) is { } longer)
                {
                    return longer;
                }
            }

            if (glob.Matches(path) && entry.Accepts(input))
            {
                return entry;
            }
        }

        for (; node is not null; node = WithPrefix(node.Parent))
        {
            if (node.Prefix!.Find(input) is { } prefix)
            {
                return prefix;
            }
        }

        return null;
    }

    private static PathNode? WithPrefix(PathNode? node)
    {
        while (node is not null && node.Prefix is null)
        {
            node = node.Parent;
        }

        return node;
    }
}
