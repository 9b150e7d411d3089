namespace Sluice.Proxy.Routing.Index;

/// <summary>A segment of the paths that routes of a host are written with: a trie, from the root's empty path.</summary>
internal sealed class PathNode
{
    private ByteTable<PathNode>? _children;

    /// <summary>The node that this one is below; null for the root.</summary>
    internal PathNode? Parent { get; private init; }

    /// <summary>The entries that take exactly this path.</summary>
    internal EntryList? Exact { get; private set; }

    /// <summary>The entries that take this path and everything below.</summary>
    internal EntryList? Prefix { get; private set; }

    /// <summary>The characters of the path down to here.</summary>
    internal int Length { get; private init; }

    /// <summary>Adds an entry at a path below this node, which has to be the root.</summary>
    internal void Add(ReadOnlySpan<byte> path, bool isPrefix, RouteEntry entry)
    {
        PathNode node = this;
        for (int start = 1; start <= path.Length;)
        {
            int end = EndOfSegment(path, start);
            node = node.GetOrAddChild(path[start..end]);
            start = end + 1;
        }

        EntryList list = isPrefix ? node.Prefix ??= new EntryList() : node.Exact ??= new EntryList();
        list.Add(entry);
    }

    /// <summary>Walks down as far as there are nodes for the segments of a path.</summary>
    /// <param name="path">Beginning with a slash.</param>
    /// <param name="isWhole">Whether the whole path has nodes.</param>
    /// <returns>The last node there is.</returns>
    internal PathNode Walk(ReadOnlySpan<byte> path, out bool isWhole)
    {
        PathNode node = this;
        int start = 1;
        while (start <= path.Length && node._children is { } children)
        {
            int end = EndOfSegment(path, start);
            if (!children.TryGet(path[start..end], out PathNode? child))
            {
                break;
            }

            node = child;
            start = end + 1;
        }

        isWhole = start > path.Length;
        return node;
    }

    private static int EndOfSegment(ReadOnlySpan<byte> path, int start)
    {
        int length = path[start..].IndexOf((byte)'/');
        return length < 0 ? path.Length : start + length;
    }

    private PathNode GetOrAddChild(ReadOnlySpan<byte> segment)
    {
        _children ??= new ByteTable<PathNode>();
        int length = Length + 1 + segment.Length;
        return _children.GetOrAdd(segment, () => new PathNode { Parent = this, Length = length });
    }
}
