using System.Diagnostics;
using System.Text;
using Sluice.Http.Headers;

namespace Sluice.Http.Http2.Hpack;

/// <summary>
/// Encodes the header blocks of one direction of a connection, in the order in which they are sent (RFC 7541). Belongs to one event loop. Allocates the dynamic table
/// when a field comes for the second time, and nothing else later on; the time for a field is linear in its length, whatever was sent before.
/// <para>
/// A field is put into the table when it comes for the second time with the same value, so that what changes each time costs neither time nor the places of
/// others, except for what <see cref="IndexingPolicy"/> leaves out, and what would take more than a quarter of the table. <c>Authorization</c>,
/// <c>Proxy-Authorization</c>, <c>Set-Cookie</c> and cookies of up to 20 bytes are literals that nobody may put into a table (RFC 7541, section 7.1.3).
/// </para>
/// <para>
/// Names are tokens, or a colon and a token, in any case; they are written in lower case. A destination has to be as long as <see cref="EncodedBytesMax"/> says for
/// what is written to it: a shorter one throws, and leaves the encoder of no more use.
/// </para>
/// </summary>
public sealed class HpackEncoder
{
    /// <summary>The most that is used of a peer's table, and what it has when it says nothing (RFC 9113, section 6.5.2).</summary>
    public const int TableBytesMax = 4096;

    private const int IndexedPattern = 0x80;
    private const int IndexingPattern = 0x40;
    private const int NeverPattern = 0x10;
    private const int SizePattern = 0x20;

    // An entry that takes more of the table would drive out too many others.
    private const int EntriesMin = 4;

    // The index of the name in one or two bytes behind its prefix, and the lengths of both strings.
    private const int OverheadBytesMax = 3 + (2 * HpackInteger.BytesMax);

    private readonly DynamicTable _table = new(TableBytesMax);
    private EntryIndex? _entries;
    private bool _isSizePending;
    private int _smallestSize;

    /// <summary>What the dynamic table counts now (RFC 7541, section 4.1).</summary>
    public int TableBytes => _table.UsedBytes;

    /// <summary>Room that is always enough.</summary>
    /// <param name="lineBytes">The bytes of the field lines with colon, blank and CRLF, or more.</param>
    /// <param name="fieldCount">How many fields there are, the status counted.</param>
    /// <returns>In bytes, with those of <see cref="BeginBlock"/>.</returns>
    public static int EncodedBytesMax(int lineBytes, int fieldCount)
    {
        return lineBytes + (fieldCount * OverheadBytesMax) + (2 * HpackInteger.BytesMax);
    }

    /// <summary>
    /// Takes the peer's SETTINGS_HEADER_TABLE_SIZE; at most <see cref="TableBytesMax"/> of it is used. To be called between blocks, when the settings are
    /// acknowledged.
    /// </summary>
    /// <param name="value">In bytes, any.</param>
    public void SetPeerTableBytes(uint value)
    {
        var bytes = (int)Math.Min(value, TableBytesMax);
        if (!_isSizePending && bytes == _table.CapacityBytes)
        {
            return;
        }

        _smallestSize = _isSizePending ? Math.Min(_smallestSize, bytes) : bytes;
        _isSizePending = true;
        _table.SetCapacity(bytes);
    }

    /// <summary>Begins a block: tells the peer of new sizes of the table, the smallest one and then the last (RFC 7541, section 4.2).</summary>
    /// <returns>The bytes written; mostly 0.</returns>
    public int BeginBlock(Span<byte> destination)
    {
        if (!_isSizePending)
        {
            return 0;
        }

        _isSizePending = false;
        int length = HpackInteger.Write(SizePattern, 5, _smallestSize, destination);
        return _smallestSize == _table.CapacityBytes ? length : length + HpackInteger.Write(SizePattern, 5, _table.CapacityBytes, destination[length..]);
    }

    /// <summary>Writes <c>:status</c>.</summary>
    /// <param name="status">100 to 999.</param>
    /// <param name="destination">Where to.</param>
    /// <returns>The bytes written.</returns>
    public int EncodeStatus(int status, Span<byte> destination)
    {
        Debug.Assert(status is >= 100 and <= 999, "A status has three digits.");
        int index = StaticTable.FindStatus(status);
        if (index != 0)
        {
            destination[0] = (byte)(IndexedPattern | index);
            return 1;
        }

        Span<byte> digits = [(byte)('0' + (status / 100)), (byte)('0' + (status / 10 % 10)), (byte)('0' + (status % 10))];
        return EncodePseudo(":status"u8, digits, destination, isNeverIndexed: false);
    }

    /// <summary>Writes one field.</summary>
    /// <param name="name">In any case; with its colon for a pseudo-header field.</param>
    /// <param name="value">Without blanks at its ends.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="isNeverIndexed">Whether it came as a literal that must never be indexed (<see cref="FieldFlags.NeverIndexed"/>).</param>
    /// <returns>The bytes written.</returns>
    public int Encode(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, Span<byte> destination, bool isNeverIndexed = false)
    {
        if (name.Length > 0 && name[0] == ':')
        {
            return EncodePseudo(name, value, destination, isNeverIndexed);
        }

        KnownField known = KnownFields.Find(name);
        Indexing indexing = isNeverIndexed ? Indexing.Never : IndexingPolicy.Of(known, value.Length);
        int nameIndex = known == KnownField.Other ? StaticTable.FindName(name) : StaticTable.FindName(known);
        return Encode(new FieldKey(known, nameIndex), name, value, indexing, destination);
    }

    /// <summary>Writes the fields of lines <c>Name: value</c> CRLF, in their order.</summary>
    /// <param name="lines">As <see cref="Http1.HeadWriter"/> writes them: names are tokens, values have no control characters but HTAB. May be empty.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="isNeverIndexed">Whether they came as literals that must never be indexed (<see cref="FieldFlags.NeverIndexed"/>).</param>
    /// <returns>The bytes written.</returns>
    public int EncodeLines(ReadOnlySpan<byte> lines, Span<byte> destination, bool isNeverIndexed = false)
    {
        int length = 0;
        while (!lines.IsEmpty)
        {
            int end = lines.IndexOf(FieldBytes.LineFeed);
            int colon = lines[1..].IndexOf((byte)':') + 1;
            Debug.Assert(colon > 0 && end > colon + 2 && lines[colon + 1] == FieldBytes.Space && lines[end - 1] == FieldBytes.CarriageReturn, "Lines are written by a HeadWriter.");
            ReadOnlySpan<byte> value = lines[(colon + 2)..(end - 1)];
            length += Encode(lines[..colon], value, destination[length..], isNeverIndexed);
            lines = lines[(end + 1)..];
        }

        return length;
    }

    private int EncodePseudo(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, Span<byte> destination, bool isNeverIndexed)
    {
        int nameIndex = StaticTable.FindName(name);
        int index = isNeverIndexed || nameIndex == 0 ? 0 : StaticTable.FindValue(nameIndex, value);
        if (index != 0)
        {
            destination[0] = (byte)(IndexedPattern | index);
            return 1;
        }

        // A path is mostly another one each time, and it may hold secrets.
        Indexing indexing = isNeverIndexed ? Indexing.Never : nameIndex == StaticTable.PathIndex ? Indexing.Without : Indexing.OnRepeat;
        return Encode(new FieldKey(KnownField.Other, nameIndex), name, value, indexing, destination);
    }

    private int Encode(FieldKey key, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, Indexing indexing, Span<byte> destination)
    {
        if (indexing != Indexing.OnRepeat || (name.Length + value.Length + TableEntry.OverheadBytes) * EntriesMin > _table.CapacityBytes)
        {
            return indexing == Indexing.Never
                ? WriteLiteral(NeverPattern, 4, key.NameIndex, name, value, destination)
                : WriteLiteral(0, 4, key.NameIndex, name, value, destination);
        }

        _entries ??= new EntryIndex();
        ulong nameHash = key.HashOf(name);
        ulong hash = FieldHash.OfValue(value, nameHash);
        int age = _entries.Find(hash, _table);
        if (age >= 0 && IsEntry(age, key, name, value))
        {
            return HpackInteger.Write(IndexedPattern, 7, StaticTable.Count + 1 + age, destination);
        }

        // Fields with equal hashes don't drive out each other: the first one stays.
        int nameIndex = key.NameIndex != 0 ? key.NameIndex : FindName(nameHash, key, name);
        if (age >= 0 || !_entries.WasSeen(hash))
        {
            return WriteLiteral(0, 4, nameIndex, name, value, destination);
        }

        int length = WriteLiteral(IndexingPattern, 6, nameIndex, name, value, destination);
        Add(key, name, value);
        _entries.Add(hash, nameHash, _table.Added - 1);
        return length;
    }

    private bool IsEntry(int age, FieldKey key, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        ref readonly TableEntry entry = ref _table.EntryAt(age);
        return entry.ValueLength == value.Length
            && IsName(entry, key, name)
            && _table.Bytes.Slice(entry.Offset + entry.NameLength + 2, value.Length).SequenceEqual(value);
    }

    private bool IsName(in TableEntry entry, FieldKey key, ReadOnlySpan<byte> name)
    {
        if (key.Known != KnownField.Other || entry.Known != KnownField.Other)
        {
            return entry.Known == key.Known;
        }

        return Ascii.EqualsIgnoreCase(_table.Bytes.Slice(entry.Offset, entry.NameLength), name);
    }

    private int FindName(ulong nameHash, FieldKey key, ReadOnlySpan<byte> name)
    {
        int age = _entries!.FindName(nameHash, _table);
        return age >= 0 && IsName(_table.EntryAt(age), key, name) ? StaticTable.Count + 1 + age : 0;
    }

    private void Add(FieldKey key, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Span<byte> line = _table.Add(name.Length, value.Length, key.Known, FieldFlags.None, FieldFault.None);
        _ = Ascii.ToLower(name, line, out _);
        ": "u8.CopyTo(line[name.Length..]);
        value.CopyTo(line[(name.Length + 2)..]);
        "\r\n"u8.CopyTo(line[^2..]);
    }

    private static int WriteLiteral(byte pattern, int prefixBits, int nameIndex, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, Span<byte> destination)
    {
        int length = HpackInteger.Write(pattern, prefixBits, nameIndex, destination);
        if (nameIndex == 0)
        {
            length += HpackString.WriteLower(name, destination[length..]);
        }

        return length + HpackString.Write(value, destination[length..]);
    }
}
