using System.Buffers.Binary;

namespace Sluice.Http.Http2.Hpack;

/// <summary>
/// Hashes names and values for <see cref="EntryIndex"/>, 16 bytes at a time. Of long ones only the beginning and the end are looked at: the time is bounded, and so is
/// what equal hashes can do.
/// </summary>
internal static class FieldHash
{
    private const ulong First = 0x9E37_79B9_7F4A_7C15;
    private const ulong Second = 0xC2B2_AE3D_27D4_EB4F;
    private const ulong LowerCase = 0x2020_2020_2020_2020;
    private const int BlockBytes = 16;
    private const int BeginningBytes = 48;

    /// <summary>The hash of a name, the same in any case.</summary>
    internal static ulong OfName(ReadOnlySpan<byte> name) => Of(name, 0, LowerCase);

    /// <summary>The hash of a value behind a name of this hash.</summary>
    internal static ulong OfValue(ReadOnlySpan<byte> value, ulong nameHash) => Of(value, nameHash, 0);

    private static ulong Of(ReadOnlySpan<byte> text, ulong seed, ulong fold)
    {
        ulong hash = seed + ((ulong)text.Length * Second);
        if (text.Length < BlockBytes)
        {
            return Mix(hash ^ (LowOf(text) | fold), HighOf(text) | fold);
        }

        // Blocks from the beginning on, and one that ends with the text and may overlap.
        int end = Math.Min(text.Length - BlockBytes, BeginningBytes);
        for (int i = 0; i < end; i += BlockBytes)
        {
            hash = MixBlock(hash, text.Slice(i, BlockBytes), fold);
        }

        return MixBlock(hash, text[^BlockBytes..], fold);
    }

    private static ulong MixBlock(ulong hash, ReadOnlySpan<byte> block, ulong fold)
    {
        return Mix(hash ^ (BinaryPrimitives.ReadUInt64LittleEndian(block) | fold), BinaryPrimitives.ReadUInt64LittleEndian(block[8..]) | fold);
    }

    private static ulong Mix(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left ^ First, right ^ Second, out ulong low);
        return high ^ low;
    }

    // Fewer than 16 bytes in two words that overlap where they are fewer than 16, 8 or 4.
    private static ulong LowOf(ReadOnlySpan<byte> text) => text.Length switch
    {
        >= 8 => BinaryPrimitives.ReadUInt64LittleEndian(text),
        >= 4 => BinaryPrimitives.ReadUInt32LittleEndian(text),
        > 0 => text[0] | ((uint)text[text.Length >> 1] << 8),
        _ => 0,
    };

    private static ulong HighOf(ReadOnlySpan<byte> text) => text.Length switch
    {
        >= 8 => BinaryPrimitives.ReadUInt64LittleEndian(text[^8..]),
        >= 4 => BinaryPrimitives.ReadUInt32LittleEndian(text[^4..]),
        > 0 => text[^1],
        _ => 0,
    };
}
