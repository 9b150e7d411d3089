using System.Diagnostics;

namespace Sluice.Proxy.Caching.Memory;

/// <summary>
/// Who goes first: a segmented LRU (Karedla, Love and Wherry, "Caching strategies to improve disk system performance", 1994) that hits don't write to. Both segments are queues, and an entry at
/// the old end that was hit meanwhile gets another turn instead of having been moved at each hit (the clock of Corbató, 1968; Yang and others, "FIFO queues are all you need for cache eviction", 2023;
/// Zhang and others, "SIEVE is simpler than LRU", 2024).
/// </summary>
/// <remarks>
/// <code>
///                 hit since                        hit since: one turn for each, up to three
///              ┌─────────────┐                       ┌──────┐
///  new ──▶ probation ──▶     └──▶ protected ──▶ ─────┴──▶ victim
///              └──▶ victim
/// </code>
/// Under the lock of the shard.
/// </remarks>
internal sealed class EvictionQueues(EntryTable table)
{
    private const int None = -1;

    // Probation is where victims come from while it has more than a fifth of the bytes: what was asked for again is worth more than what was asked for once.
    private const int ProbationShare = 5;

    // A queue full of entries that were hit is not turned over under the lock at once.
    private const int TurnsMax = 64;

    private readonly EntryTable _table = table;
    private EntryQueue _probation = new();
    private EntryQueue _protected = new();

    /// <summary>How many entries there are.</summary>
    public int Count => _probation.Count + _protected.Count;

    /// <summary>Puts an entry at the young end of a queue.</summary>
    public void Add(int id, QueueKind kind)
    {
        ref EntryQueue queue = ref QueueOf(kind);
        ref MemoryEntry entry = ref _table[id];
        Debug.Assert(entry.Queue == QueueKind.None, "An entry waits in one queue.");
        entry.Queue = kind;
        entry.Previous = queue.Youngest;
        entry.Next = None;
        if (queue.Youngest == None)
        {
            queue.Oldest = id;
        }
        else
        {
            _table[queue.Youngest].Next = id;
        }

        queue.Youngest = id;
        queue.Units += entry.Units;
        queue.Count++;
    }

    /// <summary>Takes an entry out of its queue.</summary>
    public void Remove(int id)
    {
        ref MemoryEntry entry = ref _table[id];
        Debug.Assert(entry.Queue != QueueKind.None, "It is in a queue.");
        ref EntryQueue queue = ref QueueOf(entry.Queue);
        if (entry.Previous == None)
        {
            queue.Oldest = entry.Next;
        }
        else
        {
            _table[entry.Previous].Next = entry.Next;
        }

        if (entry.Next == None)
        {
            queue.Youngest = entry.Previous;
        }
        else
        {
            _table[entry.Next].Previous = entry.Previous;
        }

        queue.Units -= entry.Units;
        queue.Count--;
        entry.Queue = QueueKind.None;
    }

    /// <summary>Puts an entry in the place of another one.</summary>
    public void Replace(int old, int id)
    {
        ref MemoryEntry before = ref _table[old];
        ref MemoryEntry entry = ref _table[id];
        Debug.Assert(entry.Queue == QueueKind.None && before.Queue != QueueKind.None, "One in place of the other.");
        ref EntryQueue queue = ref QueueOf(before.Queue);
        entry.Queue = before.Queue;
        entry.Hits = before.Hits;
        entry.Previous = before.Previous;
        entry.Next = before.Next;
        before.Queue = QueueKind.None;
        queue.Units += (long)entry.Units - before.Units;
        if (entry.Previous == None)
        {
            queue.Oldest = id;
        }
        else
        {
            _table[entry.Previous].Next = id;
        }

        if (entry.Next == None)
        {
            queue.Youngest = id;
        }
        else
        {
            _table[entry.Next].Previous = id;
        }
    }

    /// <summary>Who is to go next; it stays where it is. -1 where there is nobody.</summary>
    public int Victim()
    {
        for (int turn = 0; ; turn++)
        {
            bool fromProbation = _probation.Count > 0 && (_protected.Count == 0 || _probation.Units > (_probation.Units + _protected.Units) / ProbationShare);
            int id = fromProbation ? _probation.Oldest : _protected.Oldest;
            if (id == None)
            {
                return None;
            }

            ref MemoryEntry entry = ref _table[id];
            if (entry.Hits == 0 || turn == TurnsMax)
            {
                return id;
            }

            entry.Hits = fromProbation ? (byte)0 : (byte)(entry.Hits - 1);
            Remove(id);
            Add(id, QueueKind.Protected);
        }
    }

    /// <summary>Sends an entry to the young end of its queue: it was considered, and is worth more than what wanted its place.</summary>
    public void Spare(int id)
    {
        QueueKind kind = _table[id].Queue;
        Remove(id);
        Add(id, kind);
    }

    private ref EntryQueue QueueOf(QueueKind kind)
    {
        if (kind == QueueKind.Protected)
        {
            return ref _protected;
        }

        return ref _probation;
    }
}
