namespace Sluice.Proxy.Routing.Index;

/// <summary>The entries of one host and one path, in the documented order.</summary>
internal sealed class EntryList
{
    private RouteEntry? _first;
    private RouteEntry? _last;

    internal void Add(RouteEntry entry)
    {
        if (_last is null)
        {
            _first = entry;
        }
        else
        {
            _last.Next = entry;
        }

        _last = entry;
    }

    /// <summary>The first whose condition holds, or null.</summary>
    internal RouteEntry? Find(in RouteInput input)
    {
        for (RouteEntry? entry = _first; entry is not null; entry = entry.Next)
        {
            if (entry.Accepts(input))
            {
                return entry;
            }
        }

        return null;
    }
}
