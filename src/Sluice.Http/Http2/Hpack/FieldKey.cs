using Sluice.Http.Headers;

namespace Sluice.Http.Http2.Hpack;

/// <summary>What the encoder found out about a field's name.</summary>
/// <param name="Known">Which known field it is.</param>
/// <param name="NameIndex">The first index in the static table with this name, or 0.</param>
internal readonly record struct FieldKey(KnownField Known, int NameIndex)
{
    /// <summary>A hash that is the same for the name in any case. Only names that nothing is known of are looked at for it.</summary>
    internal ulong HashOf(ReadOnlySpan<byte> name)
    {
        return Known != KnownField.Other ? (ulong)Known : NameIndex != 0 ? (ulong)NameIndex << 8 : FieldHash.OfName(name);
    }
}
