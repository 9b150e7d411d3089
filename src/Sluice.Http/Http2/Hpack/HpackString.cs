using System.Text;

namespace Sluice.Http.Http2.Hpack;

/// <summary>Writes strings, in Huffman code where that is shorter (RFC 7541, section 5.2).</summary>
internal static class HpackString
{
    private const int LengthBits = 7;
    private const int HuffmanPattern = 0x80;

    // Lengths below it take one byte, whichever way the string is written.
    private const int OneByteMax = (1 << LengthBits) - 1;

    /// <summary>Writes a value.</summary>
    /// <returns>The bytes written.</returns>
    internal static int Write(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        if (TryWriteCode(text, HuffmanEncoder.Exact, destination, out int length))
        {
            return length;
        }

        length = HpackInteger.Write(0, LengthBits, text.Length, destination);
        text.CopyTo(destination[length..]);
        return length + text.Length;
    }

    /// <summary>Writes a name in lower case.</summary>
    /// <param name="text">A token, with or without a colon before it.</param>
    /// <param name="destination">Where to.</param>
    /// <returns>The bytes written.</returns>
    internal static int WriteLower(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        if (TryWriteCode(text, HuffmanEncoder.Lower, destination, out int length))
        {
            return length;
        }

        length = HpackInteger.Write(0, LengthBits, text.Length, destination);
        _ = Ascii.ToLower(text, destination[length..], out int written);
        return length + written;
    }

    // False when the code is not shorter than the text.
    private static bool TryWriteCode(ReadOnlySpan<byte> text, ulong[] codes, Span<byte> destination, out int length)
    {
        length = 0;
        if (text.IsEmpty)
        {
            return false;
        }

        if (text.Length < OneByteMax)
        {
            bool isShorter = HuffmanEncoder.TryEncode(text, codes, destination.Slice(1, text.Length - 1), out int codeLength);
            destination[0] = (byte)(HuffmanPattern | codeLength);
            length = codeLength + 1;
            return isShorter;
        }

        // How long the length is has to be known before the code is written.
        int expected = HuffmanEncoder.CountBytes(text, codes);
        if (expected >= text.Length)
        {
            return false;
        }

        int start = HpackInteger.Write(HuffmanPattern, LengthBits, expected, destination);
        bool isWritten = HuffmanEncoder.TryEncode(text, codes, destination.Slice(start, expected), out int written);
        length = start + written;
        return isWritten;
    }
}
