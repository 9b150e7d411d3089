using Sluice.TestKit.Wire;

namespace Sluice.TestKit.Http2.Hpack;

/// <summary>Reads field blocks, with a dynamic table that lasts as long as the connection (RFC 7541). Strict: what breaks a rule fails the test.</summary>
public sealed class FieldDecoder
{
    /// <summary>The table's size where nobody said otherwise (RFC 9113, section 6.5.2).</summary>
    public const uint DefaultTableBytes = 4096;

    // What an entry costs beside its characters (RFC 7541, section 4.1).
    private const int EntryOverheadBytes = 32;

    private readonly List<KeyValuePair<string, string>> _table = [];
    private ulong _tableBytes = DefaultTableBytes;
    private ulong _tableBytesMax = DefaultTableBytes;
    private bool _mustShrink;

    /// <summary>The other side has acknowledged this size as the largest; a smaller one than it uses must be in its next block.</summary>
    public void Limit(uint tableBytesMax)
    {
        _mustShrink = tableBytesMax < _tableBytes;
        _tableBytesMax = tableBytesMax;
    }

    /// <summary>Reads a whole block.</summary>
    /// <exception cref="FormatException">It breaks a rule.</exception>
    public IReadOnlyList<KeyValuePair<string, string>> Decode(ReadOnlySpan<byte> block)
    {
        var fields = new List<KeyValuePair<string, string>>();
        while (block.Length > 0)
        {
            byte first = block[0];
            if ((first & 0xE0) == 0x20)
            {
                Resize(ReadInteger(ref block, 5), fields.Count);
                continue;
            }

            if (_mustShrink)
            {
                throw new FormatException("the size of the table isn't reduced before the first field (RFC 7541, section 4.2)");
            }

            fields.Add(ReadField(first, ref block));
        }

        return fields;
    }

    private KeyValuePair<string, string> ReadField(byte first, ref ReadOnlySpan<byte> block)
    {
        if ((first & 0x80) != 0)
        {
            return Entry(ReadInteger(ref block, 7));
        }

        bool isIncremental = (first & 0x40) != 0;
        ulong index = ReadInteger(ref block, isIncremental ? 6 : 4);
        string name = index == 0 ? ReadText(ref block) : Entry(index).Key;
        var field = new KeyValuePair<string, string>(name, ReadText(ref block));
        if (isIncremental)
        {
            _table.Insert(0, field);
            Evict();
        }

        return field;
    }

    private void Resize(ulong size, int fieldsBefore)
    {
        if (size > _tableBytesMax || fieldsBefore > 0)
        {
            throw new FormatException($"the table's size becomes {size} of at most {_tableBytesMax} bytes, after {fieldsBefore} fields (RFC 7541, sections 4.2 and 6.3)");
        }

        _mustShrink = false;
        _tableBytes = size;
        Evict();
    }

    private void Evict()
    {
        while (_table.Count > 0 && (ulong)_table.Sum(entry => entry.Key.Length + entry.Value.Length + EntryOverheadBytes) > _tableBytes)
        {
            _table.RemoveAt(_table.Count - 1);
        }
    }

    private KeyValuePair<string, string> Entry(ulong index)
    {
        int known = StaticTable.Entries.Count;
        bool exists = index > 0 && index <= (ulong)(known + _table.Count);
        return !exists
            ? throw new FormatException($"index {index}, but the dynamic table has {_table.Count} entries")
            : (int)index <= known ? StaticTable.Entries[(int)index - 1] : _table[(int)index - known - 1];
    }

    private static string ReadText(ref ReadOnlySpan<byte> block)
    {
        bool isHuffman = !block.IsEmpty && (block[0] & 0x80) != 0;
        ulong length = ReadInteger(ref block, 7);
        if (length > (ulong)block.Length)
        {
            throw new FormatException($"a string of {length} bytes, but the block has only {block.Length} more");
        }

        ReadOnlySpan<byte> bytes = block[..(int)length];
        block = block[(int)length..];
        return Bytes.Text(isHuffman ? HuffmanCode.Decode(bytes) : bytes);
    }

    private static ulong ReadInteger(ref ReadOnlySpan<byte> block, int prefixBits)
    {
        ulong value = Next(ref block) & ((1ul << prefixBits) - 1);
        if (value < (1ul << prefixBits) - 1)
        {
            return value;
        }

        for (int shift = 0; shift < 35; shift += 7)
        {
            byte next = Next(ref block);
            value += (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new FormatException("an integer of more than five bytes");
    }

    private static byte Next(ref ReadOnlySpan<byte> block)
    {
        byte next = block.IsEmpty ? throw new FormatException("the block ends within a field") : block[0];
        block = block[1..];
        return next;
    }
}
