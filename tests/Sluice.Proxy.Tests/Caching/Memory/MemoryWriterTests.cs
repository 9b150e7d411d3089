using System.Text;
using Sluice.Proxy.Caching.Memory;
using Xunit;

namespace Sluice.Proxy.Tests.Caching.Memory;

/// <summary>Objects while they are written, and how they end.</summary>
public sealed class MemoryWriterTests
{
    [Theory]
    [InlineData(-1)]
    [InlineData(200_000)]
    [InlineData(100)]
    [InlineData(500_000)]
    public void Content_AppendedInPieces_IsReadAsItGrows(long declared)
    {
        MemoryTier tier = Tiers.Of(16);
        byte[] content = Tiers.Content(200_000);
        MemoryWriter writer = tier.Begin("key"u8, default, Tiers.Never, "head"u8, declared)!;
        MemoryObject reader = writer.Object.AddReference();
        ContentCursor cursor = default;
        long read = 0;
        var random = new Random(1);
        for (int at = 0; at < content.Length;)
        {
            int count = Math.Min(random.Next(5000), content.Length - at);
            Assert.True(writer.TryAppend(content.AsSpan(at, count)));
            at += count;
            Assert.Equal(at, reader.Length);
            Assert.False(reader.IsComplete || reader.IsIndexed);
            read = AssertSame(content, reader, read, ref cursor);
            Assert.Equal(at, read);
        }

        Assert.Equal(CommitOutcome.Stored, writer.Commit(0));
        Assert.True(reader.IsComplete && reader.IsIndexed);
        Assert.Equal(content, Tiers.Read(reader));
        Assert.Equal(content, Tiers.Find(tier, "key"));
        reader.Release();
    }

    [Theory]
    [InlineData(-1, 1, 512)]
    [InlineData(-1, 3_000, 4_096)]
    [InlineData(-1, 100_000, 117_000)]
    [InlineData(100, 100, 512)]
    [InlineData(100_000, 100, 512)]
    [InlineData(1_000_000, 1_000_000, 1_060_000)]
    public void Memory_OfAnObject_IsLittleMoreThanItNeeds(long declared, int length, int most)
    {
        MemoryTier tier = Tiers.Of(32);
        MemoryWriter writer = tier.Begin(new byte[60], default, Tiers.Never, new byte[250], declared)!;
        byte[] content = Tiers.Content(length);
        for (int at = 0; at < length; at += 1000)
        {
            Assert.True(writer.TryAppend(content.AsSpan(at, Math.Min(1000, length - at))));
        }

        writer.Commit(0);

        Assert.InRange(tier.Counters.Bytes, length + 310, most);
        Assert.True(tier.TryGet(new byte[60], out MemoryObject found));
        Assert.Equal(content, Tiers.Read(found));
        found.Release();
    }

    [Fact]
    public void Object_ThatIsGivenUp_StaysForItsReadersAndIsNotFound()
    {
        MemoryTier tier = Tiers.Of(8);
        MemoryWriter writer = tier.Begin("key"u8, default, Tiers.Never, "head"u8, 100)!;
        MemoryObject reader = writer.Object.AddReference();
        writer.TryAppend("part"u8);

        writer.Abort();

        Assert.True(reader.IsAborted && !reader.IsComplete);
        Assert.Equal("part", Encoding.UTF8.GetString(Tiers.Read(reader)));
        Assert.False(Tiers.Has(tier, "key"));
        Assert.True(tier.Counters.Bytes > 0);
        reader.Release();
        tier.Sweep();
        Assert.Equal(0, tier.Counters.Bytes);
    }

    [Fact]
    public void Object_AboveTheLimit_IsNotStored()
    {
        var tier = new MemoryTier(new MemoryTierLimits(8 << 20, 1000), TimeProvider.System);

        Assert.Null(tier.Begin("key"u8, default, Tiers.Never, "head"u8, 1001));
        MemoryWriter writer = tier.Begin("key"u8, default, Tiers.Never, "head"u8, -1)!;
        MemoryObject reader = writer.Object.AddReference();
        Assert.True(writer.TryAppend(new byte[1000]));
        Assert.False(writer.TryAppend("x"u8));
        Assert.False(writer.TryAppend([]));
        Assert.Equal(1000, reader.Length);
        Assert.Equal(CommitOutcome.TooLarge, writer.Commit(0));
        Assert.True(reader.IsAborted);
        Assert.False(Tiers.Has(tier, "key"));
        Assert.Equal(2, tier.Counters.Refused);
        reader.Release();
    }

    [Fact]
    public void KeyOrHead_ThatFitsInNoBlock_IsNotStored()
    {
        MemoryTier tier = Tiers.Of(8);

        Assert.Null(tier.Begin(new byte[65_536], default, Tiers.Never, "head"u8, 0));
        Assert.Null(tier.Begin("key"u8, default, Tiers.Never, new byte[256 * 1024], 0));
        byte[] head = Tiers.Content(256 * 1024 - 7);
        MemoryWriter writer = tier.Begin("key"u8, default, Tiers.Never, head, 3)!;
        Assert.True(writer.TryAppend("abc"u8));
        writer.Commit(0);
        Assert.True(tier.TryGet("key"u8, out MemoryObject found));
        Assert.True(found.Head.SequenceEqual(head));
        Assert.Equal("abc", Encoding.UTF8.GetString(Tiers.Read(found)));
        found.Release();
    }

    [Fact]
    public void Writer_EndedTwice_Throws()
    {
        MemoryTier tier = Tiers.Of(8);
        MemoryWriter writer = tier.Begin("key"u8, default, Tiers.Never, "head"u8, 0)!;
        writer.Commit(0);

        Assert.Throws<InvalidOperationException>(writer.Abort);
        Assert.Throws<InvalidOperationException>(() => writer.Commit(0));
    }

    [Fact]
    public void Writer_ThatHasEnded_MayBeginAgain()
    {
        MemoryTier tier = Tiers.Of(8);
        var writer = new MemoryWriter();
        foreach (int length in (int[])[300_000, 10, 0, 5_000])
        {
            byte[] content = Tiers.Content(length, length);
            Assert.True(tier.TryBegin(writer, Tiers.Bytes($"key {length}"), default, Tiers.Never, "head"u8, -1));
            Assert.True(writer.TryAppend(content));
            Assert.Equal(length, writer.Length);
            writer.Commit(0);
            Assert.Equal(content, Tiers.Find(tier, $"key {length}"));
        }

        Assert.True(tier.TryBegin(writer, "key"u8, default, Tiers.Never, "head"u8, -1));
        Assert.Throws<InvalidOperationException>(() => tier.TryBegin(writer, "another"u8, default, Tiers.Never, "head"u8, -1));
        writer.Abort();
    }

    [Fact]
    public void Object_ReleasedOnceTooOften_Throws()
    {
        MemoryTier tier = Tiers.Of(8);
        MemoryWriter writer = tier.Begin("key"u8, default, Tiers.Never, "head"u8, 0)!;
        MemoryObject reader = writer.Object.AddReference();
        writer.Abort();
        reader.Release();

        Assert.Throws<InvalidOperationException>(reader.Release);
    }

    [Fact]
    public void Slice_BackwardsAndBeyond_IsFoundOrNot()
    {
        MemoryTier tier = Tiers.Of(8);
        byte[] content = Tiers.Content(300_000);
        Tiers.Store(tier, "key", content);
        Assert.True(tier.TryGet("key"u8, out MemoryObject found));
        ContentCursor cursor = default;
        foreach (int offset in (int[])[299_999, 0, 150_000, 149_999, 262_200, 1])
        {
            Assert.True(found.TrySlice(offset, ref cursor, out byte[] array, out int start, out int count));
            Assert.True(array.AsSpan(start, count).SequenceEqual(content.AsSpan(offset, count)));
        }

        Assert.False(found.TrySlice(300_000, ref cursor, out _, out _, out _));
        Assert.False(found.TrySlice(long.MaxValue, ref cursor, out _, out _, out _));
        found.Release();
    }

    private static long AssertSame(byte[] content, MemoryObject reader, long from, ref ContentCursor cursor)
    {
        while (reader.TrySlice(from, ref cursor, out byte[] array, out int start, out int count))
        {
            Assert.True(array.AsSpan(start, count).SequenceEqual(content.AsSpan((int)from, count)));
            from += count;
        }

        return from;
    }
}
