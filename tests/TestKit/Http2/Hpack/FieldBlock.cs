using Sluice.TestKit.Wire;

namespace Sluice.TestKit.Http2.Hpack;

/// <summary>
/// A field block that is built byte by byte (RFC 7541, section 6). <see cref="Add"/> writes a literal that touches no table and isn't Huffman
/// encoded, so that what is on the wire can be read; the other methods are for those who need more, or worse.
/// </summary>
public sealed class FieldBlock
{
    private readonly List<byte> _bytes = [];

    /// <summary>Bytes so far.</summary>
    public int Length => _bytes.Count;

    /// <summary>The block of a request.</summary>
    public static FieldBlock Request(string method = "GET", string path = "/", string authority = "a.test", string scheme = "http") =>
        new FieldBlock().Add(":method", method).Add(":scheme", scheme).Add(":authority", authority).Add(":path", path);

    /// <summary>The block of a response.</summary>
    public static FieldBlock Response(int status = 200) => new FieldBlock().Add(":status", status.ToString("D3"));

    /// <summary>A literal without indexing (RFC 7541, section 6.2.2), whatever its characters.</summary>
    public FieldBlock Add(string name, string value) => Raw(0x00).Text(name).Text(value);

    /// <summary>Fields, each as <see cref="Add(string, string)"/> writes it.</summary>
    public FieldBlock Add(params IEnumerable<(string Name, string Value)> fields)
    {
        foreach ((string name, string value) in fields)
        {
            Add(name, value);
        }

        return this;
    }

    /// <summary>A literal that may never be indexed (RFC 7541, section 6.2.3).</summary>
    public FieldBlock AddNeverIndexed(string name, string value) => Raw(0x10).Text(name).Text(value);

    /// <summary>A literal that becomes the newest entry of the dynamic table, index 62 (RFC 7541, section 6.2.1).</summary>
    public FieldBlock AddIncremental(string name, string value) => Raw(0x40).Text(name).Text(value);

    /// <summary>The same with a name of a table.</summary>
    public FieldBlock AddIncremental(int nameIndex, string value) => Integer(0x40, 6, (ulong)nameIndex).Text(value);

    /// <summary>A literal without indexing whose name and value are Huffman encoded.</summary>
    public FieldBlock AddHuffman(string name, string value) => Raw(0x00).HuffmanText(name).HuffmanText(value);

    /// <summary>A field of a table (RFC 7541, section 6.1).</summary>
    public FieldBlock Indexed(int index) => Integer(0x80, 7, (ulong)index);

    /// <summary>The same one many times over.</summary>
    public FieldBlock Indexed(int index, int times)
    {
        for (int i = 0; i < times; i++)
        {
            Indexed(index);
        }

        return this;
    }

    /// <summary>Another size of the table (RFC 7541, section 6.3).</summary>
    public FieldBlock TableSize(ulong size) => Integer(0x20, 5, size);

    /// <summary>An integer behind bits of its first byte (RFC 7541, section 5.1).</summary>
    public FieldBlock Integer(byte firstBits, int prefixBits, ulong value)
    {
        ulong max = (1u << prefixBits) - 1;
        if (value < max)
        {
            return Raw((byte)(firstBits | (byte)value));
        }

        Raw((byte)(firstBits | (byte)max));
        for (value -= max; value >= 0x80; value >>= 7)
        {
            Raw((byte)(value | 0x80));
        }

        return Raw((byte)value);
    }

    /// <summary>A string literal as it is (RFC 7541, section 5.2).</summary>
    public FieldBlock Text(string text) => Integer(0x00, 7, (ulong)text.Length).Raw(Bytes.Of(text));

    /// <summary>A string literal, Huffman encoded.</summary>
    public FieldBlock HuffmanText(string text)
    {
        byte[] encoded = HuffmanCode.Encode(Bytes.Of(text));
        return Integer(0x80, 7, (ulong)encoded.Length).Raw(encoded);
    }

    /// <summary>Any bytes.</summary>
    public FieldBlock Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>The bytes.</summary>
    public byte[] ToArray() => [.. _bytes];
}
