using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sluice.Http.Http2.Hpack;

/// <summary>
/// Decodes strings in Huffman code (RFC 7541, section 5.2). A look at the next 12 bits finds two symbols where their codes fit, which those of digits and small
/// letters do, or else one; codes of more than 12 bits are found by comparing with the end of each length.
/// </summary>
internal static class HuffmanDecoder
{
    private const int LookBits = 12;

    // By the next 12 bits, from below: 8 bits for the bits that are taken, 8 for each of two symbols, 8 for how many they are. 0 where the code is longer.
    // Taking bits is what the next look waits for: a shift ignores what is above the lowest 6 bits of its count, so that they can be used as they are.
    private const int SymbolsShift = 8;
    private const int CountShift = 24;
    private static readonly uint[] Looks = BuildLooks();

    // For each length: where its codes end, at the top of 32 bits; 0 for a length without codes.
    private static readonly ulong[] Ends = new ulong[HuffmanCode.BitsMax + 1];

    // For each length: the place of its first symbol in Symbols, less its first code.
    private static readonly int[] Firsts = new int[HuffmanCode.BitsMax + 1];

    private static readonly ushort[] Symbols = BuildSymbols();

    /// <summary>Decodes a string.</summary>
    /// <param name="source">Huffman code, padded with ones.</param>
    /// <param name="destination">Takes the first bytes of the string; those that don't fit are counted only. What is behind the string may be overwritten.</param>
    /// <param name="length">The bytes of the whole string, at most 8/5 of those of the code.</param>
    /// <returns>False when the code contains the end of the string, or its padding is longer than 7 bits or not of ones.</returns>
    internal static bool TryDecode(ReadOnlySpan<byte> source, Span<byte> destination, out int length)
    {
        uint[] looks = Looks;
        ulong window = 0;
        int bits = 0;
        int position = 0;
        int written = 0;
        while (true)
        {
            // As long as the longest code is there whole, nothing else has to be asked.
            if (bits < HuffmanCode.BitsMax)
            {
                if (source.Length - position < 4)
                {
                    break;
                }

                window |= (ulong)BinaryPrimitives.ReadUInt32BigEndian(source[position..]) << (32 - bits);
                position += 4;
                bits += 32;
            }

            uint look = looks[(int)(window >> (64 - LookBits))];
            look = look != 0 ? look : FindLong(window);
            if (look == 0)
            {
                length = written;
                return false;
            }

            Write(destination, written, look);
            written += (int)(look >> CountShift);
            window <<= (int)look;
            bits -= (byte)look;
        }

        for (; position < source.Length; position++)
        {
            window |= (ulong)source[position] << (56 - bits);
            bits += 8;
        }

        return TryDecodeLast(window, bits, destination, written, out length);
    }

    // What does not begin a code that is whole has to be padding.
    private static bool TryDecodeLast(ulong window, int bits, Span<byte> destination, int written, out int length)
    {
        window |= ulong.MaxValue >> bits;
        while (bits > 0)
        {
            uint look = Looks[(int)(window >> (64 - LookBits))];
            look = look != 0 ? look : FindLong(window);
            int used = (byte)look;
            if (used > bits)
            {
                // The first of two symbols may be whole.
                byte symbol = (byte)(look >> SymbolsShift);
                used = HuffmanCode.Bits[symbol];
                look = LookOf(symbol, used, 1);
            }

            if (used == 0 || used > bits)
            {
                break;
            }

            Write(destination, written, look);
            written += (int)(look >> CountShift);
            window = (window << used) | ((1UL << used) - 1);
            bits -= used;
        }

        length = written;
        return bits < 8 && BitOperations.LeadingZeroCount(~window) >= bits;
    }

    // The second byte is written even if it is none: the next look overwrites it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(Span<byte> destination, int written, uint look)
    {
        if (written < destination.Length - 1)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(destination[written..], (ushort)(look >> SymbolsShift));
        }
        else if (written < destination.Length)
        {
            destination[written] = (byte)(look >> SymbolsShift);
        }
    }

    // 0 for the end of the string.
    private static uint FindLong(ulong window)
    {
        ulong next = window >> 32;
        int bits = LookBits + 1;
        while (next >= Ends[bits])
        {
            bits++;
        }

        int symbol = Symbols[Firsts[bits] + (int)(next >> (32 - bits))];
        return symbol == HuffmanCode.EndOfString ? 0 : LookOf((byte)symbol, bits, 1);
    }

    private static uint LookOf(uint symbols, int used, int count) => (uint)used | (symbols << SymbolsShift) | ((uint)count << CountShift);

    private static uint[] BuildLooks()
    {
        uint[] codes = HuffmanCode.BuildCodes();
        var looks = new uint[1 << LookBits];
        for (int first = 0; first < HuffmanCode.EndOfString; first++)
        {
            int left = LookBits - HuffmanCode.Bits[first];
            if (left < 0)
            {
                continue;
            }

            int start = (int)codes[first] << left;
            looks.AsSpan(start, 1 << left).Fill(LookOf((uint)first, LookBits - left, 1));
            AddSeconds(looks.AsSpan(start, 1 << left), first, left, codes);
        }

        return looks;
    }

    // The looks that begin with one symbol and have some bits left for another.
    private static void AddSeconds(Span<uint> looks, int first, int left, uint[] codes)
    {
        for (int second = 0; second < HuffmanCode.EndOfString; second++)
        {
            int rest = left - HuffmanCode.Bits[second];
            if (rest >= 0)
            {
                looks.Slice((int)codes[second] << rest, 1 << rest).Fill(LookOf((uint)(first | (second << 8)), LookBits - rest, 2));
            }
        }
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
