using System.Diagnostics;

namespace Sluice.Proxy.Caching.Memory;

/// <summary>
/// A reference to an object in memory: it stays, unchanged but for content that its writer appends, until <see cref="Release"/>, whatever becomes of it in the
/// tier meanwhile. For any thread; copies are the same reference, so exactly one of them is released.
/// </summary>
internal readonly struct MemoryObject
{
    private readonly EntryReader? _entries;
    private readonly int _id;

    internal MemoryObject(EntryReader entries, int id)
    {
        _entries = entries;
        _id = id;
    }

    /// <summary>Whether it refers to nothing; then nothing else may be asked of it.</summary>
    public bool IsNone => _entries is null;

    /// <summary>Its key.</summary>
    public ReadOnlySpan<byte> Key => Entries.KeyOf(_id);

    /// <summary>The bytes of its head.</summary>
    public ReadOnlySpan<byte> Head => Entries.ViewOf(_id).Head;

    /// <summary>What was put in beside it.</summary>
    public ref readonly CacheMeta Meta => ref Entry.Meta;

    /// <summary>Bytes of content that can be read by now; they grow until <see cref="IsComplete"/>.</summary>
    public long Length => Volatile.Read(ref Content.Length);

    /// <summary>Whether <see cref="Length"/>, read afterwards, is that of all of the content.</summary>
    public bool IsComplete => Has(EntryFlags.Complete);

    /// <summary>Whether its writer gave up: there will be no more than there is.</summary>
    public bool IsAborted => Has(EntryFlags.Aborted);

    /// <summary>Whether look-ups find it.</summary>
    public bool IsIndexed => Has(EntryFlags.Indexed);

    /// <summary>Whether a soft purge asks to revalidate it before it is used.</summary>
    public bool IsMarked => Has(EntryFlags.Marked);

    /// <summary>Whether it is in another tier as well, or was tried to be put there.</summary>
    public bool IsKept => Has(EntryFlags.Kept);

    /// <summary>Unix seconds; later it is of no use.</summary>
    public long UselessAfter => Entry.UselessAfter;

    internal EntryReader Entries => _entries!;

    internal int Id => _id;

    private ref MemoryEntry Entry => ref Entries[_id];

    // An object that shares another's content leads to the one that has it, which shares nobody's.
    private ref MemoryEntry Content
    {
        get
        {
            ref MemoryEntry entry = ref Entry;
            if (entry.ContentOwner >= 0)
            {
                return ref Entries[entry.ContentOwner];
            }

            return ref entry;
        }
    }

    /// <summary>Where the head is: in one piece.</summary>
    public void GetHead(out byte[] array, out int start, out int count)
    {
        ref MemoryEntry entry = ref Entry;
        var block = new CacheBlock(Volatile.Read(ref entry.FirstBlock));
        array = Entries.Pages.Memory(block);
        start = block.Offset + CacheBlock.LinkBytes + entry.KeyLength;
        count = entry.HeadLength;
    }

    /// <summary>The content from an offset on, as far as it lies in one piece and can be read by now.</summary>
    /// <param name="offset">0 or more. Going on from where the last slice ended takes one step; going back begins anew.</param>
    /// <param name="cursor">Where this reader was.</param>
    /// <param name="array">The bytes; pinned, never to be written to.</param>
    /// <param name="start">The first.</param>
    /// <param name="count">How many: 1 or more.</param>
    /// <returns>False where there is nothing (yet) at the offset.</returns>
    public bool TrySlice(long offset, ref ContentCursor cursor, out byte[] array, out int start, out int count)
    {
        Debug.Assert(offset >= 0, "An offset of content.");
        array = [];
        start = 0;
        count = 0;
        ref MemoryEntry entry = ref Content;

        // The length first: what it counts is linked and written.
        long length = Volatile.Read(ref entry.Length);
        if (offset >= length)
        {
            return false;
        }

        CachePages pages = Entries.Pages;
        if (cursor.Block.IsNone || offset < cursor.Start)
        {
            var first = new CacheBlock(Volatile.Read(ref entry.FirstBlock));
            cursor = new ContentCursor { Block = first, Room = first.Bytes - CacheBlock.LinkBytes - entry.KeyLength - entry.HeadLength };
        }

        while (offset - cursor.Start >= cursor.Room)
        {
            CacheBlock next = pages.Next(cursor.Block);
            cursor = new ContentCursor { Block = next, Start = cursor.Start + cursor.Room, Room = next.Bytes - CacheBlock.LinkBytes };
        }

        // Content fills a block to its end, so what lies before it in the block is what the room doesn't count.
        int within = (int)(offset - cursor.Start);
        array = pages.Memory(cursor.Block);
        start = cursor.Block.Offset + cursor.Block.Bytes - cursor.Room + within;
        count = (int)Math.Min(cursor.Room - within, length - offset);
        return true;
    }

    /// <summary>Takes it upon the caller to put it into another tier; false when somebody else has.</summary>
    public bool TryMarkKept() => (Interlocked.Or(ref Entry.Flags, (int)EntryFlags.Kept) & (int)EntryFlags.Kept) == 0;

    /// <summary>It wasn't tried after all.</summary>
    public void UnmarkKept() => Interlocked.And(ref Entry.Flags, ~(int)EntryFlags.Kept);

    /// <summary>Takes another reference, which is released for itself.</summary>
    public MemoryObject AddReference()
    {
        Interlocked.Increment(ref Entry.References);
        return this;
    }

    /// <summary>Gives the reference back; neither this nor a copy of it nor a slice is used afterwards. Waits for nobody and frees nothing.</summary>
    public void Release() => Entries.Release(_id);

    private bool Has(EntryFlags flag) => (Volatile.Read(ref Entry.Flags) & (int)flag) != 0;
}
