using System.Buffers.Binary;

namespace Sluice.Http.Http2.Hpack;

/// <summary>Encodes strings in Huffman code (RFC 7541, section 5.2 and appendix B), 64 bits at a time.</summary>
internal static class HuffmanEncoder
{
    private const int LengthBits = 8;

    /// <summary>By byte: the code, and in the lowest 8 bits its length.</summary>
    internal static readonly ulong[] Exact = Build(isLower: false);

    /// <summary>The same, with the codes of small letters for capitals.</summary>
    internal static readonly ulong[] Lower = Build(isLower: true);

    /// <summary>The length of a string in Huffman code, in bytes.</summary>
    internal static int CountBytes(ReadOnlySpan<byte> text, ulong[] codes)
    {
        long bits = 0;
        foreach (byte symbol in text)
        {
            bits += (byte)codes[symbol];
        }

        return (int)((bits + 7) >> 3);
    }

    /// <summary>Encodes a string and pads it with ones.</summary>
    /// <param name="text">Any bytes.</param>
    /// <param name="codes"><see cref="Exact"/> or <see cref="Lower"/>.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="length">The bytes written.</param>
    /// <returns>False when it is longer than the destination; then that may have been written to.</returns>
    internal static bool TryEncode(ReadOnlySpan<byte> text, ulong[] codes, Span<byte> destination, out int length)
    {
        ulong window = 0;
        int free = 64;
        length = 0;
        foreach (byte symbol in text)
        {
            ulong entry = codes[symbol];
            ulong code = entry >> LengthBits;
            free -= (byte)entry;
            if (free > 0)
            {
                window |= code << free;
                continue;
            }

            // The window is full; what the code has beyond it begins the next one.
            if (!BinaryPrimitives.TryWriteUInt64BigEndian(destination[length..], window | (code >> -free)))
            {
                return false;
            }

            length += 8;
            free += 64;
            window = free == 64 ? 0 : code << free;
        }

        int rest = (64 - free + 7) >> 3;
        if (rest > destination.Length - length)
        {
            return false;
        }

        WriteRest(window | ((1UL << (free & 63)) - 1), destination.Slice(length, rest));
        length += rest;
        return true;
    }

    private static void WriteRest(ulong window, Span<byte> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = (byte)(window >> (56 - (8 * i)));
        }
    }

    private static ulong[] Build(bool isLower)
    {
        uint[] codes = HuffmanCode.BuildCodes();
        var table = new ulong[256];
        for (int i = 0; i < table.Length; i++)
        {
            int symbol = isLower && char.IsAsciiLetterUpper((char)i) ? i | 0x20 : i;
            table[i] = ((ulong)codes[symbol] << LengthBits) | HuffmanCode.Bits[symbol];
        }

        return table;
    }
}
