namespace Sluice.Http.Http2.Hpack;

/// <summary>
/// The Huffman code of RFC 7541, appendix B. It is canonical: codes of one length are consecutive in the order of their symbols, and follow on the shorter ones.
/// So the lengths alone are the code.
/// </summary>
internal static class HuffmanCode
{
    /// <summary>256 bytes and the end of the string.</summary>
    internal const int SymbolCount = 257;

    /// <summary>The symbol that no string may contain (RFC 7541, section 5.2).</summary>
    internal const int EndOfString = 256;

    internal const int BitsMin = 5;
    internal const int BitsMax = 30;

    /// <summary>Bits of each symbol's code.</summary>
    internal static ReadOnlySpan<byte> Bits =>
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

    /// <summary>The codes of all symbols, each in the lowest bits. For start-up.</summary>
    internal static uint[] BuildCodes()
    {
        var codes = new uint[SymbolCount];
        uint next = 0;
        for (int bits = BitsMin; bits <= BitsMax; bits++)
        {
            for (int symbol = 0; symbol < SymbolCount; symbol++)
            {
                if (Bits[symbol] == bits)
                {
                    codes[symbol] = next++;
                }
            }

            next <<= 1;
        }

        return codes;
    }
}
