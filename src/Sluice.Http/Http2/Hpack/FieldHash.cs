using System.Buffers.Binary;

namespace Sluice.Http.Http2.Hpack;

/// <summary>
/// Hashes names and values for <see cref="EntryIndex"/>. Of long ones only the beginning and the end are looked at: the time is bounded, and so is what equal hashes
/// can do.
/// </summary>
internal static class FieldHash
{
    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;
    private const ulong LowerCase = 0x2020_2020_2020_2020;
    private const int EdgeBytes = 32;

    /// <summary>The hash of a name, the same in any case.</summary>
    internal static ulong OfName(ReadOnlySpan<byte> name) => Of(name, 0, LowerCase);

    /// <summary>The hash of a value behind a name of this hash.</summary>
    internal static ulong OfValue(ReadOnlySpan<byte> value, ulong nameHash) => Of(value, nameHash, 0);

    private static ulong Of(ReadOnlySpan<byte> text, ulong seed, ulong fold)
    {
        ulong hash = seed + ((ulong)text.Length * Multiplier);
        if (text.Length > 2 * EdgeBytes)
        {
            hash = Mix(text[..EdgeBytes], hash, fold);
            text = text[^EdgeBytes..];
        }

        return Mix(text, hash, fold);
    }

    private static ulong Mix(ReadOnlySpan<byte> text, ulong hash, ulong fold)
    {
        for (; text.Length >= 8; text = text[8..])
        {
            hash = Step(hash, BinaryPrimitives.ReadUInt64LittleEndian(text) | fold);
        }

        if (text.Length >= 4)
        {
            hash = Step(hash, BinaryPrimitives.ReadUInt32LittleEndian(text) | (fold & uint.MaxValue));
            text = text[4..];
        }

        foreach (byte next in text)
        {
            hash = Step(hash, next | (fold & 0xff));
        }

        return hash;
    }

    private static ulong Step(ulong hash, ulong word)
    {
        hash = (hash ^ word) * Multiplier;
        return hash ^ (hash >> 32);
    }
}
