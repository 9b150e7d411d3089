using System.Diagnostics;

namespace Sluice.Http.Http2.Hpack;

/// <summary>Where the line of one field is put together. What doesn't fit is counted only.</summary>
internal ref struct LineTarget(Span<byte> bytes)
{
    private readonly Span<byte> _bytes = bytes;

    /// <summary>The length of the line so far, whether or not it fits.</summary>
    internal int Length { get; private set; }

    /// <summary>Whether all of it is there.</summary>
    internal readonly bool Fits => Length <= _bytes.Length;

    /// <summary>What was written between two lengths. Only when it fits.</summary>
    internal readonly ReadOnlySpan<byte> Written(int start, int end)
    {
        Debug.Assert(Fits, "There are no bytes of a line that doesn't fit.");
        return _bytes[start..end];
    }

    internal void Append(ReadOnlySpan<byte> text)
    {
        if (text.Length <= _bytes.Length - Length)
        {
            text.CopyTo(_bytes[Length..]);
        }

        Length += text.Length;
    }

    /// <summary>Appends a string as it is encoded in a block.</summary>
    /// <returns>False when its Huffman code is none.</returns>
    internal bool TryAppend(ReadOnlySpan<byte> text, bool isHuffman)
    {
        if (!isHuffman)
        {
            Append(text);
            return true;
        }

        bool isCode = HuffmanDecoder.TryDecode(text, Fits ? _bytes[Length..] : default, out int length);
        Length += length;
        return isCode;
    }
}
