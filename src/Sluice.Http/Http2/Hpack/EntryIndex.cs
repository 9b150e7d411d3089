using System.Diagnostics;

namespace Sluice.Http.Http2.Hpack;

/// <summary>
/// Where in the encoder's dynamic table a field is, by its hash. Chains run from the newest entry to older ones: as the oldest are evicted first, a chain ends where
/// an entry is reached that is gone, and nothing is ever taken out. A search looks at <see cref="StepsMax"/> entries at most, whatever the peer's fields hash to;
/// what it doesn't find then is sent as if it were new.
/// </summary>
internal sealed class EntryIndex
{
    /// <summary>The most entries that a table with 4096 bytes has (RFC 7541, section 4.1).</summary>
    internal const int EntriesMax = 128;

    private const int StepsMax = 8;
    private const int HeadCount = 64;
    private const int NameCount = 32;
    private const int SeenCount = 64;

    // Entries are named by the lowest 16 bits of their number. What is left of an entry long gone can look like a younger one: who asks compares with the entry.
    private readonly ushort[] _heads = new ushort[HeadCount];
    private readonly ushort[] _names = new ushort[NameCount];
    private readonly ushort[] _seen = new ushort[SeenCount];

    // By number modulo their length; there from the first entry on.
    private ushort[] _older = [];
    private uint[] _hashes = [];

    /// <summary>Notes that a field was sent that isn't in the table.</summary>
    /// <returns>Whether it was noted before, and nothing else in its place since.</returns>
    internal bool WasSeen(ulong hash)
    {
        ref ushort seen = ref _seen[(int)(hash >> 16) & (SeenCount - 1)];
        var tag = (ushort)((hash >> 32) | 1);
        bool wasSeen = seen == tag;
        seen = tag;
        return wasSeen;
    }

    /// <summary>Notes the newest entry of the table.</summary>
    /// <param name="hash">Of its name and value.</param>
    /// <param name="nameHash">Of its name.</param>
    /// <param name="number">Its number.</param>
    internal void Add(ulong hash, ulong nameHash, uint number)
    {
        if (_hashes.Length == 0)
        {
            _older = new ushort[EntriesMax];
            _hashes = new uint[EntriesMax];
        }

        ref ushort head = ref _heads[(int)hash & (HeadCount - 1)];
        int place = (int)number & (EntriesMax - 1);
        _older[place] = head;
        _hashes[place] = (uint)hash;
        head = (ushort)number;
        _names[(int)nameHash & (NameCount - 1)] = (ushort)number;
    }

    /// <summary>The age of the entry that was noted last with a name of this hash, or -1. Another name may have the same.</summary>
    internal int FindName(ulong nameHash, DynamicTable table)
    {
        int age = AgeOf(_names[(int)nameHash & (NameCount - 1)], table);
        return age < table.Count ? age : -1;
    }

    /// <summary>The age of the newest entry with a hash, or -1. Another field may have the same.</summary>
    internal int Find(ulong hash, DynamicTable table)
    {
        ushort number = _heads[(int)hash & (HeadCount - 1)];
        int age = AgeOf(number, table);
        for (int step = 0; step < StepsMax && age < table.Count; step++)
        {
            int place = number & (EntriesMax - 1);
            if (_hashes[place] == (uint)hash)
            {
                return age;
            }

            number = _older[place];
            int older = AgeOf(number, table);
            if (older <= age)
            {
                return -1;
            }

            age = older;
        }

        return -1;
    }

    private static int AgeOf(ushort number, DynamicTable table) => (ushort)(table.Added - 1 - number);
}
