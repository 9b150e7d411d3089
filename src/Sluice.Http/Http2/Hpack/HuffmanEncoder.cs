using System.Buffers.Binary;
using System.Diagnostics;

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
        int bits = 0;
        for (int i = 0; i < text.Length; i++)
        {
            bits += (byte)codes[text[i]];
        }

        return (bits + 7) >> 3;
    }

    /// <summary>Encodes a string and pads it with ones.</summary>
    /// <param name="text">Any bytes.</param>
    /// <param name="codes"><see cref="Exact"/> or <see cref="Lower"/>.</param>
    /// <param name="destination">As long as <see cref="CountBytes"/> says, or longer.</param>
    /// <returns>The bytes written.</returns>
    internal static int Encode(ReadOnlySpan<byte> text, ulong[] codes, Span<byte> destination)
    {
        ulong window = 0;
        int free = 64;
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            ulong entry = codes[text[i]];
            ulong code = entry >> LengthBits;
            free -= (byte)entry;
            if (free > 0)
            {
                window |= code << free;
                continue;
            }

            // The window is full; what the code has beyond it begins the next one.
            BinaryPrimitives.WriteUInt64BigEndian(destination[length..], window | (code >> -free));
            length += 8;
            free += 64;
            window = free == 64 ? 0 : code << free;
        }

        window |= (1UL << (free & 63)) - 1;
        for (int bits = 64 - free; bits > 0; bits -= 8)
        {
            destination[length++] = (byte)(window >> 56);
            window <<= 8;
        }

        Debug.Assert(length == CountBytes(text, codes), "The length was announced before.");
        return length;
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
