using System.Text;

namespace Sluice.Http.Http2.Hpack;

/// <summary>Writes strings, in Huffman code where that is shorter (RFC 7541, section 5.2).</summary>
internal static class HpackString
{
    private const int LengthBits = 7;
    private const int HuffmanPattern = 0x80;

    /// <summary>Writes a value.</summary>
    /// <returns>The bytes written.</returns>
    internal static int Write(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        int codeLength = HuffmanEncoder.CountBytes(text, HuffmanEncoder.Exact);
        if (codeLength < text.Length)
        {
            int start = HpackInteger.Write(HuffmanPattern, LengthBits, codeLength, destination);
            return start + HuffmanEncoder.Encode(text, HuffmanEncoder.Exact, destination[start..]);
        }

        int length = HpackInteger.Write(0, LengthBits, text.Length, destination);
        text.CopyTo(destination[length..]);
        return length + text.Length;
    }

    /// <summary>Writes a name in lower case.</summary>
    /// <param name="text">A token, with or without a colon before it.</param>
    /// <param name="destination">Where to.</param>
    /// <returns>The bytes written.</returns>
    internal static int WriteLower(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        int codeLength = HuffmanEncoder.CountBytes(text, HuffmanEncoder.Lower);
        if (codeLength < text.Length)
        {
            int start = HpackInteger.Write(HuffmanPattern, LengthBits, codeLength, destination);
            return start + HuffmanEncoder.Encode(text, HuffmanEncoder.Lower, destination[start..]);
        }

        int length = HpackInteger.Write(0, LengthBits, text.Length, destination);
        _ = Ascii.ToLower(text, destination[length..], out int written);
        return length + written;
    }
}
