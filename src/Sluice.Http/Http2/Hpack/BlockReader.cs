using System.Diagnostics;

namespace Sluice.Http.Http2.Hpack;

/// <summary>Goes through a header block from its beginning to its end.</summary>
internal ref struct BlockReader(ReadOnlySpan<byte> block)
{
    private readonly ReadOnlySpan<byte> _block = block;
    private int _position;

    internal readonly bool IsAtEnd => _position == _block.Length;

    /// <summary>The next byte, without taking it. Not at the end.</summary>
    internal readonly byte Peek() => _block[_position];

    /// <summary>Takes an integer (RFC 7541, section 5.1).</summary>
    /// <param name="prefixBits">1 to 8.</param>
    /// <param name="value">0 to <see cref="HpackInteger.ValueMax"/>.</param>
    /// <returns>False when the block ends within the integer, or the integer is too large or has more than <see cref="HpackInteger.BytesMax"/> bytes.</returns>
    internal bool TryReadInteger(int prefixBits, out int value)
    {
        Debug.Assert(prefixBits is > 0 and <= 8, "A prefix has 1 to 8 bits.");
        value = 0;
        if (_position >= _block.Length)
        {
            return false;
        }

        int prefixMax = (1 << prefixBits) - 1;
        value = _block[_position++] & prefixMax;
        return value < prefixMax || TryReadRest(ref value);
    }

    /// <summary>Takes the length of a string and the bytes it has here (RFC 7541, section 5.2).</summary>
    /// <param name="text">As they stand in the block.</param>
    /// <param name="isHuffman">Whether they are Huffman code.</param>
    /// <returns>False when the block ends within the string, or its length is none.</returns>
    internal bool TryReadString(out ReadOnlySpan<byte> text, out bool isHuffman)
    {
        text = default;
        isHuffman = _position < _block.Length && _block[_position] >= 0x80;
        if (!TryReadInteger(7, out int length) || length > _block.Length - _position)
        {
            return false;
        }

        text = _block.Slice(_position, length);
        _position += length;
        return true;
    }

    private bool TryReadRest(ref int value)
    {
        for (int shift = 0; shift < 7 * (HpackInteger.BytesMax - 1); shift += 7)
        {
            if (_position >= _block.Length)
            {
                return false;
            }

            byte next = _block[_position++];
            value += (next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value <= HpackInteger.ValueMax;
            }
        }

        return false;
    }
}
