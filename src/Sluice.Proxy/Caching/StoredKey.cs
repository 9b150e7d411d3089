using System.Buffers.Binary;

namespace Sluice.Proxy.Caching;

/// <summary>Reads what keys say about what is stored under them (<see cref="CacheKey"/>).</summary>
internal static class StoredKey
{
    /// <summary>Behind it are a generation and the values of fields that responses vary by.</summary>
    public const byte VariantMark = 1;

    /// <summary>Behind it is the encoding of a copy.</summary>
    public const byte EncodingMark = 2;

    /// <summary>Behind it are the number of a slice, other than the first, and the validator of what it is a part of.</summary>
    public const byte SliceMark = 3;

    /// <summary>Behind it is the host that a trusted proxy told of, up to a zero, or the end of what doesn't vary.</summary>
    public const byte ToldHostMark = 4;

    /// <summary>Whether something stored is an object that users know: a response, and not a list of fields, a mark, a copy in another encoding, or a further slice.</summary>
    public static bool IsObject(ReadOnlySpan<byte> key, in StoredMeta meta) => meta.Kind == StoredKind.Response && !IsOfOther(key);

    /// <summary>Takes the key of a variant apart.</summary>
    /// <param name="key">A key.</param>
    /// <param name="primary">The key that has the list of fields.</param>
    /// <param name="generation">Of the list that the variant belongs to.</param>
    public static bool IsVariant(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> primary, out ulong generation)
    {
        // The first mark tells; behind one there may be any byte.
        int mark = key.IndexOfAny(VariantMark, EncodingMark, SliceMark);
        bool isVariant = mark >= 0 && key[mark] == VariantMark && key.Length - mark > sizeof(ulong);
        primary = isVariant ? key[..mark] : key;
        generation = isVariant ? BinaryPrimitives.ReadUInt64LittleEndian(key[(mark + 1)..]) : 0;
        return isVariant;
    }

    // Neither URLs nor values of fields have control characters; a generation may have any byte.
    private static bool IsOfOther(ReadOnlySpan<byte> key)
    {
        ReadOnlySpan<byte> rest = IsVariant(key, out ReadOnlySpan<byte> primary, out _) ? key[(primary.Length + 1 + sizeof(ulong))..] : key;
        return rest.ContainsAny(EncodingMark, SliceMark);
    }
}
