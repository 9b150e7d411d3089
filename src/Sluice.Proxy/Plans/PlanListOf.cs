using System.Collections;
using System.Runtime.CompilerServices;

namespace Sluice.Proxy.Plans;

/// <summary>An immutable list that equals another one with equal values in the same order, so that records of plans compare by what they say.</summary>
/// <remarks>Made by collection expressions: <c>[a, b]</c>, <c>[.. values]</c>. May be read from any thread.</remarks>
[CollectionBuilder(typeof(PlanList), nameof(PlanList.Create))]
public sealed class PlanList<T> : IReadOnlyList<T>, IEquatable<PlanList<T>>
{
    private readonly T[] _values;

    internal PlanList(T[] values) => _values = values;

    /// <summary>The list without values.</summary>
    internal static PlanList<T> Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _values.Length;

    /// <summary>The values.</summary>
    public ReadOnlySpan<T> Span => _values;

    /// <summary>The values for what only takes an array. Never to be written to.</summary>
    internal T[] Array => _values;

    /// <inheritdoc/>
    public T this[int index] => _values[index];

    /// <inheritdoc/>
    public bool Equals(PlanList<T>? other) => other is not null && _values.AsSpan().SequenceEqual(other._values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PlanList<T>);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (T value in _values)
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", _values)}]";

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_values).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
