namespace Sluice.Proxy.Tests.Caching.Memory;

/// <summary>The cache that others are measured by: it keeps what was asked for last.</summary>
internal sealed class PlainLru(int capacity)
{
    private readonly Dictionary<int, LinkedListNode<int>> _nodes = [];
    private readonly LinkedList<int> _order = new();

    public int Capacity { get; set; } = capacity;

    public bool Ask(int key)
    {
        if (_nodes.TryGetValue(key, out LinkedListNode<int>? node))
        {
            _order.Remove(node);
            _order.AddFirst(node);
            return true;
        }

        if (Capacity == 0)
        {
            return false;
        }

        if (_nodes.Count >= Capacity)
        {
            _nodes.Remove(_order.Last!.Value);
            _order.RemoveLast();
        }

        _nodes[key] = _order.AddFirst(key);
        return false;
    }
}
