using System.Diagnostics;

namespace Sluice.Http.Caching;

/// <summary>A set of the field lines of one head, by their indexes.</summary>
internal readonly ref struct FieldMarks(Span<ulong> bits)
{
    /// <summary>Words for every field line that a head can have.</summary>
    internal const int Words = 16;

    private readonly Span<ulong> _bits = bits;

    internal void Add(int index)
    {
        Debug.Assert(index < _bits.Length * 64, "A head has at most 1,024 field lines.");
        _bits[index >> 6] |= 1UL << (index & 63);
    }

    internal bool Contains(int index) => (_bits[index >> 6] & (1UL << (index & 63))) != 0;
}
