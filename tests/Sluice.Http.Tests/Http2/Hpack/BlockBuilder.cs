using Sluice.Http.Http2.Hpack;
using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Http2.Hpack;

/// <summary>Puts a block together representation by representation, good or bad.</summary>
internal sealed class BlockBuilder
{
    private readonly List<byte> _bytes = [];

    internal byte[] Block => [.. _bytes];

    internal BlockBuilder Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    internal BlockBuilder Indexed(int index) => Integer(0x80, 7, index);

    internal BlockBuilder SizeUpdate(int size) => Integer(0x20, 5, size);

    internal BlockBuilder Added(string name, string value, bool isHuffman = false) => Integer(0x40, 6, 0).Text(name, isHuffman).Text(value, isHuffman);

    internal BlockBuilder Added(int nameIndex, string value, bool isHuffman = false) => Integer(0x40, 6, nameIndex).Text(value, isHuffman);

    internal BlockBuilder Plain(string name, string value, bool isHuffman = false) => Integer(0, 4, 0).Text(name, isHuffman).Text(value, isHuffman);

    internal BlockBuilder Plain(int nameIndex, string value, bool isHuffman = false) => Integer(0, 4, nameIndex).Text(value, isHuffman);

    internal BlockBuilder Never(string name, string value) => Integer(0x10, 4, 0).Text(name, isHuffman: false).Text(value, isHuffman: false);

    internal BlockBuilder Integer(byte pattern, int prefixBits, int value)
    {
        byte[] written = new byte[HpackInteger.BytesMax];
        return Raw(written[..HpackInteger.Write(pattern, prefixBits, value, written)]);
    }

    internal BlockBuilder Text(string text, bool isHuffman)
    {
        byte[] bytes = Bytes.Of(text);
        if (!isHuffman)
        {
            return Integer(0, 7, bytes.Length).Raw(bytes);
        }

        byte[] code = Code(bytes);
        return Integer(0x80, 7, code.Length).Raw(code);
    }

    internal static byte[] Code(byte[] bytes)
    {
        byte[] code = new byte[HuffmanEncoder.CountBytes(bytes, HuffmanEncoder.Exact)];
        Assert.True(HuffmanEncoder.TryEncode(bytes, HuffmanEncoder.Exact, code, out int length));
        Assert.Equal(code.Length, length);
        return code;
    }
}
