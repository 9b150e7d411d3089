using System.Text;
using Sluice.Proxy.Caching.Memory;
using Xunit;

namespace Sluice.Proxy.Tests.Caching.Memory;

/// <summary>Objects for memory tiers, and what is in them.</summary>
internal static class Tiers
{
    public const long Never = uint.MaxValue;

    /// <summary>A tier that spreads keys alike in every run: estimates of how often they were asked for depend on that.</summary>
    public static MemoryTier Of(int mebibytes, TimeProvider? time = null)
    {
        return new MemoryTier(new MemoryTierLimits((long)mebibytes << 20, long.MaxValue), time ?? TimeProvider.System, new SipHash(1, 2));
    }

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Content that is another one for each seed, at every place.</summary>
    public static byte[] Content(int length, int seed = 1)
    {
        byte[] content = new byte[length];
        new Random(seed).NextBytes(content);
        return content;
    }

    public static CommitOutcome Store(MemoryTier tier, string key, ReadOnlySpan<byte> content, long uselessAfter = Never, string head = "head", bool always = false)
    {
        long since = tier.PurgeSequence;
        MemoryWriter? writer = tier.Begin(Bytes(key), default, uselessAfter, Bytes(head), content.Length);
        if (writer is null)
        {
            return CommitOutcome.TooLarge;
        }

        writer.TryAppend(content);
        return writer.Commit(since, always);
    }

    /// <summary>The content that a key has, or null.</summary>
    public static byte[]? Find(MemoryTier tier, string key)
    {
        if (!tier.TryGet(Bytes(key), out MemoryObject found))
        {
            return null;
        }

        Assert.Equal(key, Encoding.UTF8.GetString(found.Key));
        byte[] content = Read(found);
        found.Release();
        return content;
    }

    public static bool Has(MemoryTier tier, string key) => Find(tier, key) is not null;

    /// <summary>What can be read of an object by now.</summary>
    public static byte[] Read(MemoryObject from)
    {
        var content = new MemoryStream();
        ContentCursor cursor = default;
        while (from.TrySlice(content.Length, ref cursor, out byte[] array, out int start, out int count))
        {
            content.Write(array, start, count);
        }

        return content.ToArray();
    }
}
