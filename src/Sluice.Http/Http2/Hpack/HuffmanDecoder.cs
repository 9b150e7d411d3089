using System.Buffers.Binary;
using System.Diagnostics;
using System.Numerics;

namespace Sluice.Http.Http2.Hpack;

/// <summary>
/// Decodes strings in Huffman code (RFC 7541, section 5.2). Codes of up to 8 bits - digits, letters, most of what fields are made of - are found with one look
/// at the next byte; longer ones by comparing with the first code of each length.
/// </summary>
internal static class HuffmanDecoder
{
    private const int ShortBits = 8;

    // By the next 8 bits: the code's length above, the symbol below; 0 where the code is longer.
    private static readonly ushort[] Short = BuildShort();

    // For each length: the first code behind those of this length, at the top of 32 bits; 0 for none.
    private static readonly ulong[] Ends = new ulong[HuffmanCode.BitsMax + 1];

    // For each length: the index of its first symbol in Symbols, less its first code.
    private static readonly int[] Firsts = new int[HuffmanCode.BitsMax + 1];

    private static readonly ushort[] Symbols = BuildSymbols();

    /// <summary>Decodes a string.</summary>
    /// <param name="source">Huffman code, padded with ones.</param>
    /// <param name="destination">Takes the first bytes of the string; those that don't fit are counted only.</param>
    /// <param name="length">The bytes of the whole string, at most 8/5 of those of the code.</param>
    /// <returns>False when the code contains the end of the string, or its padding is longer than 7 bits or not of ones.</returns>
    internal static bool TryDecode(ReadOnlySpan<byte> source, Span<byte> destination, out int length)
    {
        ushort[] shortCodes = Short;
        ulong window = 0;
        int bits = 0;
        int position = 0;
        length = 0;
        while (true)
        {
            Fill(source, ref position, ref window, ref bits);
            if (bits < HuffmanCode.BitsMax)
            {
                return TryDecodeLast(window, bits, destination, ref length);
            }

            // As long as the longest code is there whole, nothing else has to be asked.
            do
            {
                int found = shortCodes[(int)(window >> (64 - ShortBits))];
                if (found == 0 && !TryFindLong(window, out found))
                {
                    return false;
                }

                if ((uint)length < (uint)destination.Length)
                {
                    destination[length] = (byte)found;
                }

                length++;
                window <<= found >> 8;
                bits -= found >> 8;
            }
            while (bits >= HuffmanCode.BitsMax);
        }
    }

    // The first bits of the window come next; those behind the last one are 0.
    private static void Fill(ReadOnlySpan<byte> source, ref int position, ref ulong window, ref int bits)
    {
        Debug.Assert(bits is >= 0 and < HuffmanCode.BitsMax, "There is room for 4 bytes.");
        if (source.Length - position >= 4)
        {
            window |= (ulong)BinaryPrimitives.ReadUInt32BigEndian(source[position..]) << (32 - bits);
            position += 4;
            bits += 32;
            return;
        }

        while (position < source.Length)
        {
            window |= (ulong)source[position++] << (56 - bits);
            bits += 8;
        }
    }

    // What does not begin a code that is whole has to be padding.
    private static bool TryDecodeLast(ulong window, int bits, Span<byte> destination, ref int length)
    {
        window |= ulong.MaxValue >> bits;
        while (bits > 0)
        {
            int found = Short[(int)(window >> (64 - ShortBits))];
            if (found == 0 && !TryFindLong(window, out found))
            {
                break;
            }

            int used = found >> 8;
            if (used > bits)
            {
                break;
            }

            if ((uint)length < (uint)destination.Length)
            {
                destination[length] = (byte)found;
            }

            length++;
            window = (window << used) | ((1UL << used) - 1);
            bits -= used;
        }

        return bits < 8 && BitOperations.LeadingZeroCount(~window) >= bits;
    }

    private static bool TryFindLong(ulong window, out int found)
    {
        ulong next = window >> 32;
        for (int bits = ShortBits + 1; bits <= HuffmanCode.BitsMax; bits++)
        {
            if (next < Ends[bits])
            {
                int symbol = Symbols[Firsts[bits] + (int)(next >> (32 - bits))];
                found = (bits << 8) | (symbol & 0xff);
                return symbol != HuffmanCode.EndOfString;
            }
        }

        found = 0;
        return false;
    }

    private static ushort[] BuildShort()
    {
        uint[] codes = HuffmanCode.BuildCodes();
        var table = new ushort[1 << ShortBits];
        for (int symbol = 0; symbol < HuffmanCode.SymbolCount; symbol++)
        {
            int bits = HuffmanCode.Bits[symbol];
            if (bits <= ShortBits)
            {
                int first = (int)codes[symbol] << (ShortBits - bits);
                table.AsSpan(first, 1 << (ShortBits - bits)).Fill((ushort)((bits << 8) | symbol));
            }
        }

        return table;
    }

    private static ushort[] BuildSymbols()
    {
        uint[] codes = HuffmanCode.BuildCodes();
        var symbols = new ushort[HuffmanCode.SymbolCount];
        int count = 0;
        for (int bits = HuffmanCode.BitsMin; bits <= HuffmanCode.BitsMax; bits++)
        {
            for (int symbol = 0; symbol < HuffmanCode.SymbolCount; symbol++)
            {
                if (HuffmanCode.Bits[symbol] != bits)
                {
                    continue;
                }

                Firsts[bits] = Ends[bits] == 0 ? count - (int)codes[symbol] : Firsts[bits];
                Ends[bits] = ((ulong)codes[symbol] + 1) << (32 - bits);
                symbols[count++] = (ushort)symbol;
            }
        }

        return symbols;
    }
}
