using System.Text;
using Sluice.Proxy.Caching.Memory;
using Xunit;

namespace Sluice.Proxy.Tests.Caching.Memory;

/// <summary>Objects that are replaced, freshened, removed and marked, also while others are on their way.</summary>
public sealed class MemoryPurgeTests
{
    [Fact]
    public void Key_StoredAgain_HasTheNewObject_AndReadersOfTheOldKeepIt()
    {
        MemoryTier tier = Tiers.Of(8);
        Tiers.Store(tier, "key", "old"u8);
        Assert.True(tier.TryGet("key"u8, out MemoryObject old));

        Tiers.Store(tier, "key", "new"u8);

        Assert.Equal("new", Encoding.UTF8.GetString(Tiers.Find(tier, "key")!));
        Assert.Equal("old", Encoding.UTF8.GetString(Tiers.Read(old)));
        Assert.False(old.IsIndexed);
        Assert.Equal(1, tier.Counters.Objects);
        Assert.Equal(2 * 128, tier.Counters.Bytes);
        old.Release();
        tier.Sweep();
        Assert.Equal(128, tier.Counters.Bytes);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100_000)]
    public void Freshened_Object_HasAnotherHeadOverTheSameContent(int length)
    {
        MemoryTier tier = Tiers.Of(8);
        byte[] content = Tiers.Content(length);
        Tiers.Store(tier, "key", content, head: "first");
        long before = tier.Counters.Bytes;
        for (int i = 0; i < 3; i++)
        {
            Assert.True(tier.TryGet("key"u8, out MemoryObject old));
            Assert.Equal(CommitOutcome.Stored, tier.Freshen(old, CacheMeta.Of(i), Tiers.Never - i, Tiers.Bytes($"head {i}"), 0, out MemoryObject fresh));
            old.Release();
            Assert.Equal((i, Tiers.Never - i, true), (fresh.Meta.As<int>(), fresh.UselessAfter, fresh.IsComplete));
            Assert.Equal($"head {i}", Encoding.UTF8.GetString(fresh.Head));
            fresh.Release();
            Assert.True(tier.TryGet("key"u8, out MemoryObject found));
            Assert.Equal($"head {i}", Encoding.UTF8.GetString(found.Head));
            Assert.Equal(content, Tiers.Read(found));
            found.Release();
            tier.Sweep();
            Assert.Equal(before + 128, tier.Counters.Bytes);
        }

        Assert.True(tier.Remove("key"u8));
        Assert.Equal((0L, 0L), (tier.Counters.Bytes, tier.Counters.Objects));
    }

    [Fact]
    public void Freshened_AfterItWasReplacedOrRemoved_ChangesNothing()
    {
        MemoryTier tier = Tiers.Of(8);
        Tiers.Store(tier, "key", "old"u8);
        tier.TryGet("key"u8, out MemoryObject old);
        Tiers.Store(tier, "key", "new"u8);

        Assert.Equal(CommitOutcome.Superseded, tier.Freshen(old, default, 1, "head"u8, tier.PurgeSequence, out MemoryObject fresh));
        Assert.Equal("old", Encoding.UTF8.GetString(Tiers.Read(fresh)));
        fresh.Release();
        Assert.Equal("new", Encoding.UTF8.GetString(Tiers.Find(tier, "key")!));
        tier.Remove("key"u8);
        Assert.Equal(CommitOutcome.Superseded, tier.Freshen(old, default, 1, "head"u8, tier.PurgeSequence, out fresh));
        fresh.Release();
        old.Release();
        Assert.False(Tiers.Has(tier, "key"));
        tier.Sweep();
        Assert.Equal(0, tier.Counters.Bytes);
    }

    [Fact]
    public void Removed_Key_IsNotFound()
    {
        MemoryTier tier = Tiers.Of(8);
        Tiers.Store(tier, "a", "1"u8);
        Tiers.Store(tier, "b", "2"u8);

        Assert.True(tier.Remove("a"u8));
        Assert.False(tier.Remove("a"u8));

        Assert.False(Tiers.Has(tier, "a"));
        Assert.True(Tiers.Has(tier, "b"));
        Assert.Equal(1, tier.Counters.Purged);
    }

    [Fact]
    public void Marked_Key_IsFoundAndSaysSo_UntilItIsFreshened()
    {
        MemoryTier tier = Tiers.Of(8);
        Tiers.Store(tier, "key", "1"u8);

        Assert.True(tier.Mark("key"u8));
        Assert.False(tier.Mark("other"u8));

        Assert.True(tier.TryGet("key"u8, out MemoryObject found));
        Assert.True(found.IsMarked);
        Assert.Equal(CommitOutcome.Stored, tier.Freshen(found, default, 1, "head"u8, tier.PurgeSequence, out MemoryObject fresh));
        Assert.False(fresh.IsMarked);
        fresh.Release();
        found.Release();
    }

    [Fact]
    public void Purge_ByPredicate_SeesKeyHeadAndMeta()
    {
        MemoryTier tier = Tiers.Of(32);
        for (int i = 0; i < 1000; i++)
        {
            MemoryWriter writer = tier.Begin(Tiers.Bytes($"key {i}"), CacheMeta.Of(i), Tiers.Never, Tiers.Bytes($"tag {i % 7}"), 1)!;
            writer.TryAppend("x"u8);
            writer.Commit(0);
        }

        Assert.Equal(100, tier.RemoveWhere((in CacheEntryView entry) => entry.Meta.As<int>() % 10 == 3));
        Assert.Equal(1, tier.RemoveWhere((in CacheEntryView entry) => entry.Key.SequenceEqual("key 500"u8)));
        int tagged = Enumerable.Range(0, 1000).Count(i => i % 7 == 2 && i % 10 != 3 && i != 500);
        Assert.Equal(tagged, tier.MarkWhere((in CacheEntryView entry) => entry.Head.SequenceEqual("tag 2"u8)));
        for (int i = 0; i < 1000; i++)
        {
            bool isFound = tier.TryGet(Tiers.Bytes($"key {i}"), out MemoryObject found);
            Assert.Equal(i % 10 != 3 && i != 500, isFound);
            if (isFound)
            {
                Assert.Equal(i % 7 == 2, found.IsMarked);
                found.Release();
            }
        }
    }

    [Theory]
    [InlineData("remove", nameof(CommitOutcome.Purged), false)]
    [InlineData("remove where", nameof(CommitOutcome.Purged), false)]
    [InlineData("mark", nameof(CommitOutcome.Stored), true)]
    [InlineData("mark where", nameof(CommitOutcome.Stored), true)]
    [InlineData("remove, then mark", nameof(CommitOutcome.Purged), false)]
    [InlineData("mark, then remove", nameof(CommitOutcome.Purged), false)]
    [InlineData("remove others", nameof(CommitOutcome.Stored), false)]
    public void Purge_WhileAnObjectIsWritten_HoldsForIt(string purge, string expected, bool isMarked)
    {
        MemoryTier tier = Tiers.Of(8);
        long since = tier.PurgeSequence;
        MemoryWriter writer = tier.Begin("key"u8, default, Tiers.Never, "head"u8, 1)!;
        writer.TryAppend("x"u8);
        foreach (string step in purge.Split(", then "))
        {
            Run(tier, step);
        }

        MemoryObject reader = writer.Object.AddReference();
        Assert.Equal(expected, writer.Commit(since).ToString());
        Assert.Equal("x", Encoding.UTF8.GetString(Tiers.Read(reader)));
        Assert.Equal((isMarked, expected == nameof(CommitOutcome.Stored)), (reader.IsMarked, reader.IsIndexed));
        reader.Release();
        Assert.Equal(expected == nameof(CommitOutcome.Stored), Tiers.Has(tier, "key"));

        // What is fetched after the purge isn't concerned.
        Assert.Equal(CommitOutcome.Stored, Tiers.Store(tier, "key", "y"u8));
        tier.TryGet("key"u8, out MemoryObject found);
        Assert.False(found.IsMarked);
        found.Release();
    }

    [Theory]
    [InlineData(PurgeLog.Remembered, nameof(CommitOutcome.Stored))]
    [InlineData(PurgeLog.Remembered + 1, nameof(CommitOutcome.Purged))]
    public void Purges_MoreThanAreRemembered_PreventStoring(int count, string expected)
    {
        MemoryTier tier = Tiers.Of(8);
        long since = tier.PurgeSequence;
        MemoryWriter writer = tier.Begin("key"u8, default, Tiers.Never, "head"u8, 0)!;
        for (int i = 0; i < count; i++)
        {
            tier.RemoveWhere((in CacheEntryView _) => false);
        }

        Assert.Equal(expected, writer.Commit(since).ToString());
    }

    [Theory]
    [InlineData(64, nameof(CommitOutcome.Stored))]
    [InlineData(65, nameof(CommitOutcome.Purged))]
    public void Removals_OfOtherKeysMoreThanAreRemembered_PreventStoring(int count, string expected)
    {
        MemoryTier tier = Tiers.Of(8);
        long since = tier.PurgeSequence;
        MemoryWriter writer = tier.Begin("key"u8, default, Tiers.Never, "head"u8, 0)!;
        for (int i = 0; i < count; i++)
        {
            tier.Remove(Tiers.Bytes($"other {i}"));
        }

        Assert.Equal(expected, writer.Commit(since).ToString());
    }

    private static void Run(MemoryTier tier, string step)
    {
        switch (step)
        {
            case "remove":
                tier.Remove("key"u8);
                break;
            case "mark":
                tier.Mark("key"u8);
                break;
            case "remove where":
                tier.RemoveWhere((in CacheEntryView entry) => entry.Key.SequenceEqual("key"u8));
                break;
            case "mark where":
                tier.MarkWhere((in CacheEntryView entry) => entry.Head.SequenceEqual("head"u8));
                break;
            default:
                tier.RemoveWhere((in CacheEntryView entry) => entry.Key.SequenceEqual("kez"u8));
                tier.Remove("kez"u8);
                break;
        }
    }
}
