using Sluice.Proxy.Caching.Memory;
using Sluice.TestKit.Measuring;
using Xunit;

namespace Sluice.Proxy.Tests.Caching.Memory;

public sealed class MemoryAllocationTests
{
    [Fact]
    public void LookUp_ReadingAndRelease_AllocateNothing()
    {
        MemoryTier tier = Tiers.Of(8);
        Tiers.Store(tier, "key", new byte[300_000]);
        Assert.Equal(0, Allocations.PerRound(5_000, _ => Assert.True(Ask(tier) == 300_000)));
    }

    [Fact]
    public void Storing_WhileOthersGo_AllocatesNothing()
    {
        MemoryTier tier = Tiers.Of(4);
        var writer = new MemoryWriter();
        byte[] content = new byte[1000];
        for (int i = 0; i < 15_000; i++)
        {
            Store(tier, writer, content);
        }

        long notEvicted = tier.Counters.Stored - tier.Counters.Evicted;
        Assert.Equal(0, Allocations.PerRound(5_000, _ => Store(tier, writer, content)));
        Assert.Equal(notEvicted, tier.Counters.Stored - tier.Counters.Evicted);
    }

    private static void Store(MemoryTier tier, MemoryWriter writer, byte[] content)
    {
        Span<byte> key = stackalloc byte[sizeof(long)];
        BitConverter.TryWriteBytes(key, tier.Counters.Stored);
        Assert.True(tier.TryBegin(writer, key, default, Tiers.Never, [], content.Length));
        Assert.True(writer.TryAppend(content));
        Assert.True(writer.Commit(0, always: true) == CommitOutcome.Stored);
    }

    private static long Ask(MemoryTier tier)
    {
        Assert.False(tier.TryGet("other"u8, out _));
        Assert.True(tier.TryGet("key"u8, out MemoryObject found));
        ContentCursor cursor = default;
        long offset = 0;
        while (found.TrySlice(offset, ref cursor, out _, out _, out int count))
        {
            offset += count;
        }

        found.Release();
        return offset;
    }
}
