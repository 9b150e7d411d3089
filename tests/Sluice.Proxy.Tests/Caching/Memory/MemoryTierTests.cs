using System.Text;
using Sluice.Proxy.Caching.Memory;
using Xunit;

namespace Sluice.Proxy.Tests.Caching.Memory;

/// <summary>What is stored is found, as it was.</summary>
public sealed class MemoryTierTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(4096)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(1_000_000)]
    public void Object_Stored_IsFoundAsItWas(int length)
    {
        MemoryTier tier = Tiers.Of(16);
        byte[] content = Tiers.Content(length);
        long since = tier.PurgeSequence;
        MemoryWriter writer = tier.Begin("key"u8, CacheMeta.Of((1, 2L)), 12345, "HTTP/1.1 200 OK\r\n\r\n"u8, length)!;
        Assert.True(writer.TryAppend(content));

        Assert.False(Tiers.Has(tier, "key"));
        Assert.Equal(CommitOutcome.Stored, writer.Commit(since));
        Assert.True(tier.TryGet("key"u8, out MemoryObject found));

        Assert.Equal("key", Encoding.UTF8.GetString(found.Key));
        Assert.Equal("HTTP/1.1 200 OK\r\n\r\n", Encoding.UTF8.GetString(found.Head));
        Assert.Equal((1, 2L), found.Meta.As<(int, long)>());
        Assert.Equal(12345, found.UselessAfter);
        Assert.Equal(length, found.Length);
        Assert.True(found.IsComplete && found.IsIndexed && !found.IsMarked && !found.IsAborted);
        Assert.Equal(content, Tiers.Read(found));
        found.GetHead(out byte[] array, out int start, out int count);
        Assert.Equal("HTTP/1.1 200 OK\r\n\r\n", Encoding.UTF8.GetString(array, start, count));
        found.Release();
    }

    [Fact]
    public void LookUps_AreCounted_AndPeeksAreNot()
    {
        MemoryTier tier = Tiers.Of(8);
        Tiers.Store(tier, "a", "1"u8);
        Tiers.Store(tier, "b", "22"u8);
        Tiers.Store(tier, "b", "333"u8);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(Tiers.Has(tier, "a"));
            Assert.False(Tiers.Has(tier, "c"));
            Assert.False(Tiers.Has(tier, "d"));
            Assert.True(tier.TryPeek("a"u8, out MemoryObject found));
            Assert.Equal("1", Encoding.UTF8.GetString(Tiers.Read(found)));
            found.Release();
            Assert.False(tier.TryPeek("c"u8, out _));
        }

        MemoryCounters counters = tier.Counters;
        Assert.Equal((2L, 3L, 3L, 6L), (counters.Objects, counters.Stored, counters.Hits, counters.Misses));
        Assert.Equal((8L << 20, 2 * 128L), (counters.LimitBytes, counters.Bytes));
    }

    [Fact]
    public void Objects_InGreatNumber_AreAllFound()
    {
        MemoryTier tier = Tiers.Of(64);
        for (int i = 0; i < 50_000; i++)
        {
            Assert.Equal(CommitOutcome.Stored, Tiers.Store(tier, $"key {i}", Tiers.Bytes($"content {i}")));
        }

        Assert.Equal(50_000, tier.Counters.Objects);
        Assert.All(Enumerable.Range(0, 50_000), i => Assert.Equal($"content {i}", Encoding.UTF8.GetString(Tiers.Find(tier, $"key {i}")!)));
    }

    [Fact]
    public void EmptyKeyHeadAndContent_AreAnObject()
    {
        MemoryTier tier = Tiers.Of(4);
        MemoryWriter writer = tier.Begin([], default, 0, [], 0)!;
        Assert.True(writer.TryAppend([]));
        writer.Commit(0);

        Assert.True(tier.TryGet([], out MemoryObject found));
        Assert.Equal((0, 0, 0L), (found.Key.Length, found.Head.Length, found.Length));
        found.Release();
    }

    [Fact]
    public void Tier_WithoutMemory_StoresNothing()
    {
        var tier = new MemoryTier(new MemoryTierLimits(0, 1000), TimeProvider.System);

        Assert.Null(tier.Begin("key"u8, default, Tiers.Never, "head"u8, 0));
        Assert.False(tier.TryGet("key"u8, out _));
        Assert.Equal(1, tier.Counters.Refused);
    }
}
