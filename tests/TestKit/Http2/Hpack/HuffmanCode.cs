namespace Sluice.TestKit.Http2.Hpack;

/// <summary>The Huffman code of RFC 7541, appendix B. It is canonical, so that the lengths of the codes say all.</summary>
public static class HuffmanCode
{
    private const int EndOfString = 256;
    private const int LengthMax = 30;

    // Of the codes of bytes 0 to 255, and of the end of a string.
    private static readonly byte[] Lengths =
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
        28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
        6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
        24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
        21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
        19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
        26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ];

    private static readonly uint[] Codes = AssignCodes();
    private static readonly Dictionary<(int Length, uint Code), int> Symbols = Enumerable.Range(0, Lengths.Length).ToDictionary(symbol => ((int)Lengths[symbol], Codes[symbol]));

    /// <summary>Encodes, padded with ones.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> bytes)
    {
        var encoded = new List<byte>();
        ulong bits = 0;
        int count = 0;
        foreach (byte value in bytes)
        {
            bits = bits << Lengths[value] | Codes[value];
            count += Lengths[value];
            while (count >= 8)
            {
                count -= 8;
                encoded.Add((byte)(bits >> count));
            }
        }

        if (count > 0)
        {
            encoded.Add((byte)(bits << (8 - count) | (0xFFu >> count)));
        }

        return [.. encoded];
    }

    /// <summary>Decodes.</summary>
    /// <exception cref="FormatException">The end of a string is encoded, or the padding isn't the beginning of its code, or is eight bits or more.</exception>
    public static byte[] Decode(ReadOnlySpan<byte> encoded)
    {
        var decoded = new List<byte>();
        uint code = 0;
        int length = 0;
        for (int at = 0; at < encoded.Length * 8; at++)
        {
            code = code << 1 | (uint)(encoded[at / 8] >> (7 - at % 8) & 1);
            length++;
            if (length > LengthMax)
            {
                throw new FormatException("no Huffman code is that long");
            }

            if (!Symbols.TryGetValue((length, code), out int symbol))
            {
                continue;
            }

            decoded.Add(symbol == EndOfString ? throw new FormatException("the end of a string is encoded") : (byte)symbol);
            code = 0;
            length = 0;
        }

        bool isPadding = length < 8 && code == (1u << length) - 1;
        return isPadding ? [.. decoded] : throw new FormatException($"padding of {length} bits, 0x{code:X}");
    }

    // Shorter codes are the smaller ones, and codes of one length follow the order of their bytes.
    private static uint[] AssignCodes()
    {
        uint[] codes = new uint[Lengths.Length];
        uint next = 0;
        for (int length = 1; length <= LengthMax; length++)
        {
            next <<= 1;
            for (int symbol = 0; symbol < Lengths.Length; symbol++)
            {
                if (Lengths[symbol] == length)
                {
                    codes[symbol] = next++;
                }
            }
        }

        return codes;
    }
}
