using System.Diagnostics;
using System.Numerics;
using Sluice.Http.Headers;

namespace Sluice.Http.Http2.Hpack;

/// <summary>
/// The dynamic table of one direction of a connection (RFC 7541, sections 2.3.2 and 4). The lines of its entries stand one behind the other in an arena, each in
/// one piece, the oldest first. Where a line doesn't fit behind the last one, the lines move back to the beginning if that frees half of the arena, and to an
/// arena of twice the size otherwise: a byte is moved once for each byte that is added, and the arena never has more than twice what the table may hold.
/// Nothing is allocated before the first entry.
/// </summary>
internal sealed class DynamicTable
{
    // About what a browser's requests to one site, or a server's responses, have that stays the same.
    private const int FirstArenaBytes = 1024;
    private const int FirstEntryCount = 16;

    private byte[] _arena = [];
    private int _end;

    // A ring with a power of two places; the entry that was added as number n is at n modulo its length.
    private TableEntry[] _entries = [];
    private uint _added;

    /// <param name="capacityBytes">See <see cref="CapacityBytes"/>.</param>
    internal DynamicTable(int capacityBytes)
    {
        Debug.Assert(capacityBytes is >= 0 and < HpackInteger.ValueMax, "A table has a size that can be announced.");
        CapacityBytes = capacityBytes;
    }

    /// <summary>What the entries may count together (RFC 7541, section 4.2).</summary>
    internal int CapacityBytes { get; private set; }

    /// <summary>What the entries count together (RFC 7541, section 4.1).</summary>
    internal int UsedBytes { get; private set; }

    /// <summary>How many entries there are.</summary>
    internal int Count { get; private set; }

    /// <summary>How many entries were added so far, modulo 2^32. The newest has the number before.</summary>
    internal uint Added => _added;

    /// <summary>The lines of all entries; <see cref="TableEntry.Offset"/> is an offset into them until the next <see cref="Add"/>.</summary>
    internal ReadOnlySpan<byte> Bytes => _arena;

    /// <summary>The entry of an age: 0 is the newest.</summary>
    internal ref readonly TableEntry EntryAt(int age)
    {
        Debug.Assert((uint)age < (uint)Count, "An entry that was evicted was asked for.");
        return ref _entries[(int)(_added - 1 - (uint)age) & (_entries.Length - 1)];
    }

    /// <summary>Sets how much the table may hold, and evicts what is too much (RFC 7541, section 4.3).</summary>
    internal void SetCapacity(int capacityBytes)
    {
        CapacityBytes = capacityBytes;
        EvictTo(capacityBytes);
    }

    /// <summary>
    /// Adds an entry, and evicts for it (RFC 7541, section 4.4): it may be any number of others. One that is larger than the table empties it, and isn't added.
    /// </summary>
    /// <returns>Where the caller has to write the line to; empty when it isn't added.</returns>
    internal Span<byte> Add(int nameLength, int valueLength, KnownField known, FieldFlags flags, FieldFault fault)
    {
        var entry = new TableEntry(0, nameLength, valueLength, known, flags, fault);
        EvictTo(Math.Max(CapacityBytes - entry.TableBytes, 0));
        if (entry.TableBytes > CapacityBytes)
        {
            return default;
        }

        if (entry.LineLength > _arena.Length - _end)
        {
            MakeRoom(entry.LineLength);
        }

        if (Count == _entries.Length)
        {
            GrowEntries();
        }

        entry = entry with { Offset = _end };
        _entries[(int)_added & (_entries.Length - 1)] = entry;
        _added++;
        _end += entry.LineLength;
        Count++;
        UsedBytes += entry.TableBytes;
        Debug.Assert(UsedBytes <= CapacityBytes, "Room was made before.");
        return _arena.AsSpan(entry.Offset, entry.LineLength);
    }

    private void EvictTo(int bytes)
    {
        while (UsedBytes > bytes)
        {
            UsedBytes -= EntryAt(Count - 1).TableBytes;
            Count--;
        }

        if (Count == 0)
        {
            _end = 0;
        }
    }

    private void MakeRoom(int length)
    {
        int start = Count == 0 ? 0 : EntryAt(Count - 1).Offset;
        int live = Count == 0 ? 0 : _end - start;
        byte[] arena = _arena;
        if (live + length > arena.Length / 2)
        {
            int wanted = Math.Max(FirstArenaBytes, (int)BitOperations.RoundUpToPowerOf2((uint)(live + length)));
            arena = new byte[Math.Max(wanted, Math.Min(arena.Length * 2, CapacityBytes * 2))];
        }

        _arena.AsSpan(start, live).CopyTo(arena);
        _arena = arena;
        _end = live;
        for (int age = 0; age < Count; age++)
        {
            ref TableEntry entry = ref _entries[(int)(_added - 1 - (uint)age) & (_entries.Length - 1)];
            entry = entry with { Offset = entry.Offset - start };
        }
    }

    private void GrowEntries()
    {
        var entries = new TableEntry[Math.Max(FirstEntryCount, _entries.Length * 2)];
        for (int age = 0; age < Count; age++)
        {
            uint number = _added - 1 - (uint)age;
            entries[(int)number & (entries.Length - 1)] = _entries[(int)number & (_entries.Length - 1)];
        }

        _entries = entries;
    }
}
