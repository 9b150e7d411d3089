using System.Text;
using Sluice.Proxy.Caching.Memory;
using Xunit;

namespace Sluice.Proxy.Tests.Caching.Memory;

/// <summary>What can be between two steps of another thread, forced: inside of a predicate that a purge or a commit has called, or by playing the steps one by one.</summary>
public sealed class MemoryRaceTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public void Entry_ThatIsReusedBetweenFindingAndHolding_IsNotTakenForTheOldOne()
    {
        // A reader that read slot and number of "a" goes on when the entry is another object: held, uncommitted, or of another key.
        (MemoryShard shard, int id, _) = ShardWith("a", hash: 5);
        Assert.True(shard.Entries.TryHold(id, "a"u8, 5, out _));
        shard.Entries.Release(id);
        shard.Purge("a"u8, 5, isSoft: false);
        Assert.False(shard.Entries.TryHold(id, "a"u8, 5, out _));
        Assert.False(shard.Entries.TryHoldIndexed(id));
        Assert.Equal(0, shard.Entries[id].References);

        int again = Create(shard, "a", hash: 5);
        Assert.Equal(id, again);
        Assert.False(shard.Entries.TryHold(id, "a"u8, 5, out _));
        Assert.False(shard.Entries.TryHoldIndexed(id));
        Assert.False(shard.Entries.TryFind("a"u8, 5, out _));
        Assert.Equal(1, shard.Entries[id].References);

        Assert.Equal(CommitOutcome.Stored, shard.Commit(again, since: 1, replaces: -1));
        Assert.True(shard.Entries.TryFind("a"u8, 5, out int found));
        Assert.Equal((id, 3), (found, shard.Entries[id].References));
        Assert.True(!shard.Entries.TryHold(id, "b"u8, 5, out bool isOther) && isOther);
        Assert.True(!shard.Entries.TryHold(id, "a"u8, 6, out isOther) && isOther);
        Assert.True(!shard.Entries.TryHold(id, "c"u8, 5UL << 32, out isOther) && !isOther);
        Assert.Equal(3, shard.Entries[id].References);
    }

    [Fact]
    public void Keys_WithTheSameHash_AreToldApart()
    {
        (MemoryShard shard, int first, _) = ShardWith("a", hash: 5);
        int second = Create(shard, "b", hash: 5);
        shard.Commit(second, 0, replaces: -1);

        Assert.True(shard.Entries.TryFind("a"u8, 5, out int foundFirst) && foundFirst == first);
        Assert.True(shard.Entries.TryFind("b"u8, 5, out int foundSecond) && foundSecond == second);
        Assert.False(shard.Entries.TryFind("c"u8, 5, out _));
        Assert.True(shard.Purge("a"u8, 5, isSoft: false));
        Assert.False(shard.Entries.TryFind("a"u8, 5, out _));
        Assert.True(shard.Entries.TryFind("b"u8, 5, out _));
    }

    [Fact]
    public void Entry_HeldByAReader_IsNotReusedUntilTheReleaseAndTheNextDrain()
    {
        (MemoryShard shard, int id, CachePages pages) = ShardWith("a", hash: 5);
        shard.Entries.TryFind("a"u8, 5, out _);
        shard.Purge("a"u8, 5, isSoft: false);

        Assert.NotEqual(id, shard.TakeEntry());
        Assert.Equal("a", Encoding.UTF8.GetString(shard.Entries.KeyOf(id)));
        shard.Entries.Release(id);
        Assert.True(pages.UsedBytes > 0);
        Assert.True(shard.Drain());
        Assert.Equal(0, pages.UsedBytes);
        Assert.Equal(id, shard.TakeEntry());
    }

    [Fact]
    public void IndexSlots_ThatAReaderStillHas_KeepWhatTheyHad()
    {
        // A reader may probe an array that was exchanged; it must end, and notice.
        var table = new EntryTable();
        table.Grow();
        var index = new EntryIndex();
        long[] old = index.Slots;
        for (int i = 0; i < 8; i++)
        {
            table[i].Hash = (ulong)i * 0x0001_0000_0000_0001;
            index.Add(i, table[i].Hash, table);
        }

        index.Reserve(100, table);

        Assert.NotSame(old, index.Slots);
        Assert.Equal(8, old.Count(IsFilled));
        index.Remove(3, table[3].Hash);
        Assert.Equal(8, old.Count(IsFilled));
        Assert.Equal(7, index.Slots.Count(IsFilled));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Index_UnderAddingRemovingAndReplacingAtRandom_HasWhatItShould(int seed)
    {
        var random = new Random(seed);
        var table = new EntryTable();
        var index = new EntryIndex();
        for (int i = 0; i < 4; i++)
        {
            table.Grow();
        }

        index.Reserve(table.Count, table);
        int slots = index.Slots.Length;
        var present = new Dictionary<int, ulong>();
        for (int i = 0; i < 100_000; i++)
        {
            int id = random.Next(table.Count);
            if (present.Remove(id, out ulong hash))
            {
                int other = random.Next(table.Count);
                if (random.Next(3) == 0 && !present.ContainsKey(other) && other != id)
                {
                    table[other].Hash = hash;
                    index.Replace(id, other, hash);
                    present[other] = hash;
                }
                else
                {
                    index.Remove(id, hash);
                }
            }
            else
            {
                // Few places to begin at, so that there are long runs, around the end, too.
                hash = ((ulong)random.Next() << 32) | (uint)(slots - 5 + random.Next(10));
                table[id].Hash = hash;
                index.Add(id, hash, table);
                present[id] = hash;
            }

            if (i % 1000 == 0)
            {
                Assert.All(present, pair => Assert.True(Probe(index.Slots, pair.Key, pair.Value)));
            }
        }

        Assert.Equal(slots, index.Slots.Length);
        foreach ((int id, ulong hash) in present)
        {
            index.Remove(id, hash);
            Assert.False(Probe(index.Slots, id, hash));
        }
    }

    [Fact]
    public async Task Purge_DuringACommitThatDidNotKnowOfIt_FindsTheObject()
    {
        // The commit asks a predicate about the object under its lock; there another purge begins on another thread. The commit doesn't know of it any more.
        MemoryTier tier = Tiers.Of(8);
        long since = tier.PurgeSequence;
        MemoryWriter writer = tier.Begin("key"u8, default, Tiers.Never, "head"u8, 0)!;
        Task<long>? purge = null;
        bool isCommitting = false;
        using var began = new ManualResetEventSlim();
        tier.RemoveWhere((in CacheEntryView _) =>
        {
            if (isCommitting)
            {
                long before = tier.PurgeSequence;
                purge = Task.Run(() => tier.RemoveWhere((in CacheEntryView entry) => entry.Key.SequenceEqual("key"u8)));
                Assert.True(SpinWait.SpinUntil(() => tier.PurgeSequence > before, Deadline));
                began.Wait(50);
                Assert.False(purge.IsCompleted, "It doesn't end before the commit.");
            }

            return false;
        });

        isCommitting = true;
        CommitOutcome outcome = writer.Commit(since);
        isCommitting = false;

        Assert.Equal(CommitOutcome.Stored, outcome);
        Assert.Equal(1, await purge!.WaitAsync(Deadline));
        Assert.False(Tiers.Has(tier, "key"));
    }

    [Fact]
    public void Object_ThatIsReplacedWhileAPurgeLooksAtIt_DoesNotSurviveAsTheNewOne()
    {
        MemoryTier tier = Tiers.Of(8);
        Tiers.Store(tier, "key", "old"u8);
        long before = tier.PurgeSequence;
        MemoryWriter writer = tier.Begin("key"u8, default, Tiers.Never, "head"u8, 0)!;
        CommitOutcome outcome = default;
        bool isFirst = true;
        tier.RemoveWhere((in CacheEntryView _) =>
        {
            // What was fetched before the purge is refused; the one that is looked at is still there to be removed.
            if (isFirst)
            {
                isFirst = false;
                outcome = writer.Commit(before);
            }

            return true;
        });

        Assert.Equal(CommitOutcome.Purged, outcome);
        Assert.False(Tiers.Has(tier, "key"));
    }

    [Fact]
    public void Object_ThatIsFetchedAnewWhileAPurgeLooksAtTheOld_StaysAsTheNewOne()
    {
        MemoryTier tier = Tiers.Of(8);
        Tiers.Store(tier, "key", "old"u8);
        bool isFirst = true;
        long removed = tier.RemoveWhere((in CacheEntryView _) =>
        {
            if (isFirst)
            {
                isFirst = false;
                Assert.Equal(CommitOutcome.Stored, Tiers.Store(tier, "key", "new"u8));
                return true;
            }

            // The scan may come by the new one, too.
            return false;
        });

        Assert.Equal(0, removed);
        Assert.Equal("new", Encoding.UTF8.GetString(Tiers.Find(tier, "key")!));
        Assert.Equal(1, tier.Counters.Objects);
    }

    [Fact]
    public void Object_ThatIsRemovedAndReleasedWhileAPurgeLooksAtIt_StaysReadableForThePurge()
    {
        MemoryTier tier = Tiers.Of(8);
        Tiers.Store(tier, "key", "old"u8, head: "its head");
        string? head = null;
        long removed = tier.RemoveWhere((in CacheEntryView entry) =>
        {
            if (head is null)
            {
                Assert.True(tier.Remove("key"u8));
                Tiers.Store(tier, "other", "old"u8, head: "another");
                head = Encoding.UTF8.GetString(entry.Head);
            }

            return entry.Key.SequenceEqual("key"u8);
        });

        Assert.Equal(("its head", 0L), (head, removed));
        tier.Remove("other"u8);
        tier.Sweep();
        Assert.Equal(0, tier.Counters.Bytes);
    }

    [Fact]
    public void LastBlock_TrimmedWhileAReaderIsAtIt_IsReadToTheEnd()
    {
        MemoryTier tier = Tiers.Of(8);
        byte[] content = Tiers.Content(100_000);
        MemoryWriter writer = tier.Begin("key"u8, default, Tiers.Never, "head"u8, -1)!;
        MemoryObject reader = writer.Object.AddReference();
        ContentCursor cursor = default;
        int length = 0;
        while (length < 50_000 || cursor.Room < 2_000 || length - cursor.Start > 1_000)
        {
            writer.TryAppend(content.AsSpan(length, 500));
            length += 500;
            Assert.True(reader.TrySlice(length - 1, ref cursor, out _, out _, out _));
        }

        writer.Commit(0);
        Tiers.Store(tier, "another", Tiers.Content(100_000, 2));

        ContentCursor fresh = default;
        Assert.True(reader.TrySlice(length - 1, ref fresh, out _, out _, out _));
        Assert.True(fresh.Block.Order < cursor.Block.Order, "Nothing was trimmed: the test shows nothing.");
        long from = cursor.Start;
        while (reader.TrySlice(from, ref cursor, out byte[] array, out int start, out int count))
        {
            Assert.True(array.AsSpan(start, count).SequenceEqual(content.AsSpan((int)from, count)));
            from += count;
        }

        Assert.Equal(length, from);
        reader.Release();
    }

    [Fact]
    public void Objects_MovedWhileTheyAreRead_StayForTheirReaders_AndAreTheSame()
    {
        MemoryTier tier = Tiers.Of(8);
        byte[] content = Tiers.Content(5_000, 7);
        int stored = 0;
        while (stored < 5000 && Tiers.Store(tier, $"key {stored}", content) == CommitOutcome.Stored)
        {
            stored++;
        }

        tier.MarkWhere((in CacheEntryView _) => true);
        tier.RemoveWhere((in CacheEntryView entry) => entry.Key[^1] is (byte)'3' or (byte)'5' or (byte)'7');
        MemoryObject[] held = [.. Enumerable.Range(0, stored).Select(i => Peek(tier, i)).Where(found => !found.IsNone)];
        Assert.InRange(held.Length, stored / 2, stored - 1);

        tier.Resize(new MemoryTierLimits(6 << 20, long.MaxValue));

        int moved = 0;
        foreach (MemoryObject old in held)
        {
            Assert.Equal(content, Tiers.Read(old));
            if (!old.IsIndexed && tier.TryPeek(old.Key, out MemoryObject copy))
            {
                moved++;
                Assert.True(copy.IsMarked && copy.IsComplete && copy.Key.SequenceEqual(old.Key));
                Assert.Equal(content, Tiers.Read(copy));
                copy.Release();
            }

            old.Release();
        }

        tier.Sweep();
        Assert.True(moved > 0, "Nothing was moved: the test shows nothing.");
        Assert.True(tier.Counters.Objects > stored / 2 && tier.Counters.TakenBytes <= 6 << 20, $"{tier.Counters}");
    }

    private static MemoryObject Peek(MemoryTier tier, int number)
    {
        tier.TryPeek(Tiers.Bytes($"key {number}"), out MemoryObject found);
        return found;
    }

    private static (MemoryShard Shard, int Id, CachePages Pages) ShardWith(string key, ulong hash)
    {
        var budget = new MemoryBudget(4 << 20);
        var pages = new CachePages(budget);
        var shard = new MemoryShard(budget, pages, new PurgeLog());
        int id = Create(shard, key, hash);
        Assert.Equal(CommitOutcome.Stored, shard.Commit(id, 0, replaces: -1));
        shard.Entries.Release(id);
        return (shard, id, pages);
    }

    private static int Create(MemoryShard shard, string key, ulong hash)
    {
        int id = shard.TakeEntry();
        CacheBlock block = shard.Entries.Pages.TryRent(0, 0);
        Tiers.Bytes(key).CopyTo(shard.Entries.Pages.Memory(block), block.Offset + CacheBlock.LinkBytes);
        shard.Entries[id] = new MemoryEntry { Hash = hash, FirstBlock = block.Handle, KeyLength = (ushort)key.Length, ContentOwner = -1, UselessAfter = uint.MaxValue };
        shard.Publish(id);
        return id;
    }

    private static bool IsFilled(long slot) => (uint)slot > 1;

    private static bool Probe(long[] slots, int id, ulong hash)
    {
        for (int at = EntryIndex.Start(hash, slots); slots[at] != EntryIndex.Empty; at = (at + 1) & (slots.Length - 1))
        {
            if (EntryIndex.Matches(slots[at], hash, out int found) && found == id)
            {
                return true;
            }
        }

        return false;
    }
}
