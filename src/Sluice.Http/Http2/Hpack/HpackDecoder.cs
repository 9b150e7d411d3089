using System.Diagnostics;
using Sluice.Http.Headers;

namespace Sluice.Http.Http2.Hpack;

/// <summary>
/// Decodes the header blocks of one direction of a connection, in the order in which they came (RFC 7541). Belongs to one event loop. Allocates the dynamic table
/// when the first entry comes and as it grows, and nothing else.
/// </summary>
public sealed class HpackDecoder
{
    // RFC 7541, section 4.2: the smallest size between two blocks, then the last one.
    private const int SizeUpdatesMax = 2;

    // A line that has no place in the destination but belongs into the table is put together here. Used within one call.
    [ThreadStatic]
    private static byte[]? _scratch;

    private readonly int _tableBytesMax;
    private readonly DynamicTable _table;

    /// <param name="tableBytesMax">
    /// SETTINGS_HEADER_TABLE_SIZE as it was announced to the peer, 0 to 65,536; 4096 where nothing was. The peer may use as much from the beginning.
    /// </param>
    public HpackDecoder(int tableBytesMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tableBytesMax);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tableBytesMax, 65_536);
        _tableBytesMax = tableBytesMax;
        _table = new DynamicTable(tableBytesMax);
    }

    /// <summary>What the dynamic table counts now (RFC 7541, section 4.1).</summary>
    public int TableBytes => _table.UsedBytes;

    /// <summary>
    /// Decodes a whole block. Each field is written as the line <c>name: value</c> CRLF, pseudo-header fields too, one directly behind the other.
    /// When the next one doesn't fit, nothing more is written, but the rest is decoded all the same: the dynamic table has to stay in step. Then a reference to an
    /// entry costs nothing that depends on its length.
    /// </summary>
    /// <param name="block">The block, put together from its HEADERS and CONTINUATION frames, without padding and priority.</param>
    /// <param name="destination">Where the lines go.</param>
    /// <param name="start">Where the first line begins, 0 to the length of <paramref name="destination"/>.</param>
    /// <param name="end">Where the last line ends. What is behind it may have been overwritten.</param>
    /// <param name="sink">Is told of each field, in the order of the block.</param>
    /// <returns>After <see cref="HpackStatus.CompressionError"/> the decoder is of no more use. It never throws for what is in a block.</returns>
    public HpackStatus Decode<TSink>(ReadOnlySpan<byte> block, byte[] destination, int start, out int end, ref TSink sink)
        where TSink : struct, IFieldSink, allows ref struct
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)start, (uint)destination.Length, nameof(start));
        var reader = new BlockReader(block);
        var output = new BlockOutput(destination, start);
        bool isDone = TryReadSizeUpdates(ref reader);
        while (isDone && !reader.IsAtEnd)
        {
            byte first = reader.Peek();
            isDone = first >= 0x80 ? TryDecodeIndexed(ref reader, ref output, ref sink)
                : first >= 0x40 ? TryDecodeLiteral(ref reader, 6, FieldFlags.None, ref output, ref sink)
                : first < 0x20 && TryDecodeLiteral(ref reader, 4, first >= 0x10 ? FieldFlags.NeverIndexed : FieldFlags.None, ref output, ref sink);
        }

        end = output.Position;
        return isDone ? HpackStatus.Done : HpackStatus.CompressionError;
    }

    // RFC 7541, section 6.3. Anywhere else than at the beginning they are errors (section 4.2).
    private bool TryReadSizeUpdates(ref BlockReader reader)
    {
        for (int count = 0; !reader.IsAtEnd && (reader.Peek() & 0xe0) == 0x20; count++)
        {
            if (count == SizeUpdatesMax || !reader.TryReadInteger(5, out int bytes) || bytes > _tableBytesMax)
            {
                return false;
            }

            _table.SetCapacity(bytes);
        }

        return true;
    }

    // RFC 7541, section 6.1. Index 0 and those behind the last entry are errors (section 2.3.3).
    private bool TryDecodeIndexed<TSink>(ref BlockReader reader, ref BlockOutput output, ref TSink sink)
        where TSink : struct, IFieldSink, allows ref struct
    {
        if (!reader.TryReadInteger(7, out int index) || !TryFind(index, out TableEntry entry, out ReadOnlySpan<byte> bytes))
        {
            return false;
        }

        int length = entry.LineLength;
        if (!output.TryReserve(length, out int offset))
        {
            var dropped = new Field(0, entry.NameLength, 0, entry.ValueLength, entry.Known, entry.Flags);
            sink.OnField(dropped, entry.Fault, isStored: false);
            return true;
        }

        bytes.Slice(entry.Offset, length).CopyTo(output.Bytes.AsSpan(offset));
        var field = new Field(offset, entry.NameLength, offset + entry.NameLength + 2, entry.ValueLength, entry.Known, entry.Flags);
        sink.OnField(field, entry.Fault, isStored: true);
        return true;
    }

    // RFC 7541, section 6.2. With a prefix of 6 bits the field is added to the table (6.2.1), with 4 it isn't (6.2.2 and 6.2.3).
    private bool TryDecodeLiteral<TSink>(ref BlockReader reader, int prefixBits, FieldFlags indexing, ref BlockOutput output, ref TSink sink)
        where TSink : struct, IFieldSink, allows ref struct
    {
        bool isAdded = prefixBits == 6;
        BlockReader beginning = reader;
        var target = new LineTarget(output.Free);
        if (!TryReadLine(ref reader, prefixBits, ref target, out TableEntry entry))
        {
            return false;
        }

        bool isStored = output.TryReserve(entry.LineLength, out int offset);
        if (isAdded && !isStored)
        {
            target = new LineTarget(RentScratch());
            reader = beginning;
            _ = TryReadLine(ref reader, prefixBits, ref target, out entry);
        }

        if (isAdded)
        {
            Add(entry, target);
        }

        var field = new Field(offset, entry.NameLength, offset + entry.NameLength + 2, entry.ValueLength, entry.Known, entry.Flags | indexing);
        sink.OnField(field, entry.Fault, isStored);
        return true;
    }

    private bool TryReadLine(ref BlockReader reader, int prefixBits, ref LineTarget target, out TableEntry entry)
    {
        if (!TryReadName(ref reader, prefixBits, ref target, out TableEntry name))
        {
            entry = default;
            return false;
        }

        target.Append(": "u8);
        int valueStart = target.Length;
        bool isDone = reader.TryReadString(out ReadOnlySpan<byte> value, out bool isHuffman) && target.TryAppend(value, isHuffman);
        int valueEnd = target.Length;
        target.Append("\r\n"u8);
        FieldFault fault = name.Fault == FieldFault.None && target.Fits ? FieldCheck.CheckValue(target.Written(valueStart, valueEnd)) : name.Fault;
        entry = name with { ValueLength = valueEnd - valueStart, Fault = fault };
        return isDone;
    }

    // Leaves what follows from the name alone.
    private bool TryReadName(ref BlockReader reader, int prefixBits, ref LineTarget target, out TableEntry name)
    {
        name = default;
        if (!reader.TryReadInteger(prefixBits, out int index))
        {
            return false;
        }

        if (index != 0)
        {
            bool isFound = TryFind(index, out name, out ReadOnlySpan<byte> bytes);
            target.Append(bytes.Slice(name.Offset, name.NameLength));
            name = name with { Fault = name.Fault == FieldFault.InvalidValue ? FieldFault.None : name.Fault };
            return isFound;
        }

        if (!reader.TryReadString(out ReadOnlySpan<byte> text, out bool isHuffman) || !target.TryAppend(text, isHuffman))
        {
            return false;
        }

        if (!target.Fits)
        {
            name = name with { NameLength = target.Length };
            return true;
        }

        ReadOnlySpan<byte> written = target.Written(0, target.Length);
        KnownField known = KnownFields.Find(written);
        name = new TableEntry(0, written.Length, 0, known, FieldLine.FlagsOf(written, known), FieldCheck.CheckName(written));
        return true;
    }

    private bool TryFind(int index, out TableEntry entry, out ReadOnlySpan<byte> bytes)
    {
        int age = index - StaticTable.Count - 1;
        if (age < 0)
        {
            entry = StaticTable.EntryAt(index);
            bytes = StaticTable.Bytes;
            return index != 0;
        }

        if (age < _table.Count)
        {
            entry = _table.EntryAt(age);
            bytes = _table.Bytes;
            return true;
        }

        entry = default;
        bytes = default;
        return false;
    }

    private void Add(in TableEntry entry, in LineTarget target)
    {
        Span<byte> line = _table.Add(entry.NameLength, entry.ValueLength, entry.Known, entry.Flags, entry.Fault);
        Debug.Assert(line.IsEmpty || target.Fits, "What fits the table fits the scratch memory.");
        if (!line.IsEmpty)
        {
            target.Written(0, entry.LineLength).CopyTo(line);
        }
    }

    private Span<byte> RentScratch()
    {
        if (_scratch is null || _scratch.Length < _tableBytesMax)
        {
            _scratch = new byte[_tableBytesMax];
        }

        return _scratch;
    }
}
