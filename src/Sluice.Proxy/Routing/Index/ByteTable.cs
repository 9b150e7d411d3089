using System.Diagnostics.CodeAnalysis;

namespace Sluice.Proxy.Routing.Index;

/// <summary>A hash table by bytes that is asked with slices of a request; built once, then read by all workers.</summary>
internal sealed class ByteTable<T>
    where T : class
{
    private readonly Dictionary<byte[], T> _values = new(ByteKeyComparer.Instance);
    private readonly Dictionary<byte[], T>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    internal ByteTable() => _lookup = _values.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>The value of a key, if there is one.</summary>
    internal bool TryGet(ReadOnlySpan<byte> key, [NotNullWhen(true)] out T? value) => _lookup.TryGetValue(key, out value);

    /// <summary>The value of a key, made when there is none.</summary>
    internal T GetOrAdd(ReadOnlySpan<byte> key, Func<T> create)
    {
        if (!_lookup.TryGetValue(key, out T? value))
        {
            value = create();
            _lookup[key] = value;
        }

        return value;
    }
}
