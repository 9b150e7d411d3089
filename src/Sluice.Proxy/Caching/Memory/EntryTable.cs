using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Sluice.Proxy.Caching.Memory;

/// <summary>
/// The entries of a shard, in arrays of <see cref="ChunkLength"/> that are never moved nor given back, so that an entry's number stays valid for ever; what is
/// reused is guarded by its references. Arrays of structs without references: the collector doesn't look into them.
/// </summary>
/// <remarks>Entries are read by any thread. Taking and giving back: under the lock of the shard. <see cref="Retire"/>: any thread, without it.</remarks>
internal sealed class EntryTable
{
    /// <summary>How many entries are added at a time.</summary>
    public const int ChunkLength = 1 << ChunkShift;

    // Large enough that the headers of the arrays, which are read at each look-up, stay in the processor's cache among millions of objects.
    private const int ChunkShift = 10;
    private const int None = -1;

    private MemoryEntry[][] _chunks = [];
    private int _free = None;
    private int _retired = None;
    private int _count;

    /// <summary>The bytes of a chunk.</summary>
    public static long ChunkBytes => (long)ChunkLength * Unsafe.SizeOf<MemoryEntry>();

    /// <summary>How many entries there are, in use or not. For any thread.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether entries wait to be freed. For any thread.</summary>
    public bool HasRetired => Volatile.Read(ref _retired) != None;

    /// <summary>An entry. Any number below <see cref="Count"/> may be looked at by any thread; what it means is another question.</summary>
    public ref MemoryEntry this[int id] => ref Volatile.Read(ref _chunks)[id >> ChunkShift][id & (ChunkLength - 1)];

    /// <summary>Takes a free entry, or -1.</summary>
    public int Take()
    {
        int id = _free;
        if (id != None)
        {
            ref MemoryEntry entry = ref this[id];
            Debug.Assert(Volatile.Read(ref entry.References) == 0 && entry.Queue == QueueKind.None, "A free entry belongs to nobody.");
            _free = entry.Next;
        }

        return id;
    }

    /// <summary>Takes an entry back that has no references.</summary>
    public void GiveBack(int id)
    {
        this[id].Next = _free;
        _free = id;
    }

    /// <summary>Adds a chunk of free entries.</summary>
    public void Grow()
    {
        MemoryEntry[][] chunks = new MemoryEntry[_chunks.Length + 1][];
        _chunks.CopyTo(chunks, 0);
        chunks[^1] = new MemoryEntry[ChunkLength];
        Volatile.Write(ref _chunks, chunks);
        int first = _count;
        for (int id = first + ChunkLength - 1; id >= first; id--)
        {
            GiveBack(id);
        }

        Volatile.Write(ref _count, first + ChunkLength);
    }

    /// <summary>Puts an entry that has just lost its last reference among those that are to be freed.</summary>
    /// <remarks>
    /// A stack (Treiber, 1986) that is only ever emptied as a whole, so that its usual trouble with entries that come back (ABA) can't arise. Nobody but who
    /// took away the last reference has the entry, so its link is free for this.
    /// </remarks>
    public void Retire(int id)
    {
        ref MemoryEntry entry = ref this[id];
        int head = Volatile.Read(ref _retired);
        while (true)
        {
            entry.Next = head;
            int seen = Interlocked.CompareExchange(ref _retired, id, head);
            if (seen == head)
            {
                return;
            }

            head = seen;
        }
    }

    /// <summary>Takes all that are to be freed: the first, linked by <see cref="MemoryEntry.Next"/>, or -1. For any thread; they are the caller's then.</summary>
    public int TakeRetired() => Interlocked.Exchange(ref _retired, None);
}
