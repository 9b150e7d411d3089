using Sluice.Proxy.Caching.Memory;
using Xunit;

namespace Sluice.Proxy.Tests.Caching.Memory;

/// <summary>Who goes when memory is short, and who may come.</summary>
public sealed class MemoryEvictionTests
{
    private const int Mebibyte = 1 << 20;

    [Fact]
    public void Objects_ThatAreOfNoUseAnyMore_GoFirst()
    {
        var time = new StoppedTime();
        MemoryTier tier = Tiers.Of(4, time);
        byte[] content = new byte[100_000];
        int stored = 0;
        while (stored < 1000 && Tiers.Store(tier, $"key {stored}", content, uselessAfter: stored % 3 == 0 ? time.Seconds + 10 : Tiers.Never) == CommitOutcome.Stored)
        {
            stored++;
        }

        Assert.InRange(stored, 18, 30);
        Assert.Equal(0, tier.Counters.Evicted);
        time.Seconds += 10;
        Assert.Equal(CommitOutcome.NotAdmitted, Tiers.Store(tier, "new", content));
        time.Seconds++;
        int useless = (stored + 2) / 3;
        for (int i = 0; i < useless; i++)
        {
            Assert.Equal(CommitOutcome.Stored, Tiers.Store(tier, $"new {i}", content));
        }

        Assert.Equal((0L, (long)useless), (tier.Counters.Evicted, tier.Counters.Expired));
        Assert.All(Enumerable.Range(0, stored), i => Assert.Equal(i % 3 != 0, Tiers.Has(tier, $"key {i}")));
    }

    [Fact]
    public void Sweep_RemovesWhatIsOfNoUse()
    {
        var time = new StoppedTime();
        MemoryTier tier = Tiers.Of(32, time);
        for (int i = 0; i < 5000; i++)
        {
            Tiers.Store(tier, $"key {i}", "x"u8, uselessAfter: time.Seconds + (i % 2));
        }

        time.Seconds++;
        tier.Sweep();

        Assert.Equal((2500L, 2500L), (tier.Counters.Objects, tier.Counters.Expired));
        Assert.True(Tiers.Has(tier, "key 1") && !Tiers.Has(tier, "key 2"));
    }

    [Fact]
    public void Newcomer_IsAdmittedOnceItIsAskedForMoreOftenThanWhatMustGo()
    {
        MemoryTier tier = Tiers.Of(4);
        byte[] content = new byte[100_000];
        int stored = 0;
        do
        {
            Tiers.Has(tier, $"key {stored}");
        }
        while (stored < 1000 && Tiers.Store(tier, $"key {stored++}", content) == CommitOutcome.Stored);

        Assert.False(Tiers.Has(tier, "new"));
        Assert.False(tier.TryPeek("new"u8, out _));
        Assert.Equal(CommitOutcome.NotAdmitted, Tiers.Store(tier, "new", content));
        Assert.False(Tiers.Has(tier, "new"));
        Assert.Equal(CommitOutcome.Stored, Tiers.Store(tier, "new", content));
        Assert.Equal((1L, 2L), (tier.Counters.Evicted, tier.Counters.Refused));
        Assert.Equal(CommitOutcome.Stored, Tiers.Store(tier, "never asked for", content, always: true));
    }

    [Fact]
    public void Object_ThatIsAskedForNowAndThen_StaysWhileOthersPass()
    {
        // Without admission, so that it is up to the queues alone.
        MemoryTier tier = Tiers.Of(4);
        byte[] content = new byte[10_000];
        Tiers.Store(tier, "hot", content);
        Tiers.Store(tier, "cold", content);
        for (int i = 0; i < 3000; i++)
        {
            Tiers.Store(tier, $"key {i}", content, always: true);
            Assert.True(i % 100 != 0 || Tiers.Has(tier, "hot"));
        }

        Assert.InRange(tier.Counters.Evicted, 2500, 2900);
        Assert.False(Tiers.Has(tier, "cold"));
    }

    [Fact]
    public void Object_ThatIsReplaced_NeedsNoAdmission()
    {
        MemoryTier tier = Tiers.Of(4);
        byte[] content = new byte[100_000];
        int stored = 0;
        while (stored < 1000 && Tiers.Store(tier, $"key {stored}", content) == CommitOutcome.Stored)
        {
            stored++;
        }

        content[0] = 1;
        Assert.All(Enumerable.Range(0, stored), i => Assert.Equal(CommitOutcome.Stored, Tiers.Store(tier, $"key {i}", content)));
        Assert.All(Enumerable.Range(0, stored), i => Assert.Equal(1, Tiers.Find(tier, $"key {i}")![0]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Zipf_WithAScanInBetween_IsHitMoreOftenThanByLru(int scanned)
    {
        // Objects of one block, so that the other cache can be given just as many.
        MemoryTier tier = Tiers.Of(4);
        byte[] content = new byte[400];
        var random = new Random(1);
        double[] sums = ZipfSums(50_000, 0.9);
        var lru = new PlainLru(capacity: 0);
        long hits = 0;
        long lruHits = 0;
        long scan = 0;
        int asked = 0;
        for (int i = 0; i < 400_000; i++)
        {
            bool isScan = scanned > 0 && i % 10 < scanned;
            int key = isScan ? (int)(1_000_000 + scan++) : Draw(sums, random);
            bool isHit = Ask(tier, key, content);

            // The other one has all that this one has, from the moment when it is full.
            lru.Capacity = Math.Max(lru.Capacity, (int)tier.Counters.Objects);
            bool isLruHit = lru.Ask(key);
            if (i >= 100_000 && !isScan)
            {
                asked++;
                hits += isHit ? 1 : 0;
                lruHits += isLruHit ? 1 : 0;
            }
        }

        double ratio = (double)hits / asked;
        double lruRatio = (double)lruHits / asked;
        Assert.True(tier.Counters.TakenBytes <= 4 * Mebibyte);
        Assert.True(ratio > lruRatio + (scanned > 0 ? 0.06 : 0.03), $"{ratio:P1} against {lruRatio:P1}, {lru.Capacity} objects");
    }

    [Fact]
    public void Favourites_ThatChange_AreLearnt()
    {
        MemoryTier tier = Tiers.Of(4);
        byte[] content = new byte[400];
        var random = new Random(1);
        double[] sums = ZipfSums(50_000, 0.9);
        long hits = 0;
        for (int i = 0; i < 600_000; i++)
        {
            int key = Draw(sums, random) + (i >= 300_000 ? 1_000_000 : 0);
            bool isHit = Ask(tier, key, content);
            hits += i >= 500_000 && isHit ? 1 : 0;
        }

        Assert.True(hits > 50_000, $"{hits} of 100,000");
    }

    [Fact]
    public void Budget_UnderObjectsOfAllSizes_IsNeverExceeded()
    {
        MemoryTier tier = Tiers.Of(40);
        byte[] content = Tiers.Content(2 * Mebibyte);
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            int key = random.Next(10_000);
            Tiers.Has(tier, $"key {key}");
            int length = 1 << random.Next(22);
            Tiers.Store(tier, $"key {key}", content.AsSpan(0, random.Next(length)), always: i % 2 == 0);
            MemoryCounters now = tier.Counters;
            Assert.True(now.TakenBytes <= now.LimitBytes && now.Bytes <= now.TakenBytes);
        }

        Assert.True(tier.Counters.Evicted > 1000);
        Assert.True(tier.Counters.Bytes > 20 * Mebibyte, $"{tier.Counters}");
        Assert.Equal(tier.Counters.Objects, Enumerable.Range(0, 10_000).Count(key => Tiers.Has(tier, $"key {key}")));
        tier.RemoveWhere((in CacheEntryView _) => true);
        Assert.Equal((0L, 0L), (tier.Counters.Bytes, tier.Counters.Objects));
    }

    [Theory]
    [InlineData(400, 200_000)]
    [InlineData(200_000, 400)]
    [InlineData(3_000, 30_000)]
    public void Sizes_ThatChange_FindRoom(int before, int after)
    {
        MemoryTier tier = Tiers.Of(32);
        int stored = 0;
        while (stored < 100_000 && Tiers.Store(tier, $"old {stored}", new byte[before]) == CommitOutcome.Stored)
        {
            stored++;
        }

        Assert.True(tier.Counters.Bytes > 20 * Mebibyte);

        // Half of them go, here and there, so that what is free is in pieces. Those that are left are asked for too often to be displaced.
        int[] order = [.. Enumerable.Range(0, stored)];
        new Random(1).Shuffle(order);
        Array.ForEach(order[..(stored / 2)], i => tier.Remove(Tiers.Bytes($"old {i}")));
        for (int i = 0; i < 5 * (stored - (stored / 2)); i++)
        {
            Assert.True(Tiers.Has(tier, $"old {order[(stored / 2) + (i / 5)]}"));
        }

        int wanted = 6 * Mebibyte / Math.Max(after, 512);
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < wanted; i++)
            {
                if (!tier.TryPeek(Tiers.Bytes($"new {i}"), out MemoryObject found))
                {
                    Tiers.Store(tier, $"new {i}", new byte[after]);
                    continue;
                }

                found.Release();
            }

            tier.Sweep();
        }

        int held = Enumerable.Range(0, wanted).Count(i => Tiers.Has(tier, $"new {i}"));
        Assert.True(held > wanted * 9 / 10, $"{held} of {wanted}: {tier.Counters}");
        Assert.True(tier.Counters.Evicted <= stored / 100, $"{tier.Counters}");
    }

    [Fact]
    public void Resize_Down_KeepsWhatFits_AndUp_TakesMore()
    {
        MemoryTier tier = Tiers.Of(64);
        int stored = 0;
        while (stored < 200_000 && Tiers.Store(tier, $"key {stored}", Tiers.Content(300 + (stored % 1000), stored)) == CommitOutcome.Stored)
        {
            stored++;
        }

        long before = tier.Counters.Bytes;
        tier.Resize(new MemoryTierLimits(32L << 20, long.MaxValue));

        MemoryCounters after = tier.Counters;
        Assert.True(after.TakenBytes <= 32 * Mebibyte, $"{after}");
        Assert.True(after.Bytes > before / 3, $"{before} before, {after}");
        int held = 0;
        for (int i = 0; i < stored; i++)
        {
            byte[]? found = Tiers.Find(tier, $"key {i}");
            held += found is null ? 0 : 1;
            Assert.True(found is null || found.AsSpan().SequenceEqual(Tiers.Content(300 + (i % 1000), i)));
        }

        Assert.Equal(after.Objects, held);
        tier.Resize(new MemoryTierLimits(64L << 20, long.MaxValue));
        int more = 0;
        while (more < 200_000 && Tiers.Store(tier, $"more {more}", new byte[1000]) == CommitOutcome.Stored)
        {
            more++;
        }

        Assert.True(tier.Counters.Bytes > before * 9 / 10);
    }

    private static bool Ask(MemoryTier tier, int key, byte[] content)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BitConverter.TryWriteBytes(bytes, key);
        if (tier.TryGet(bytes, out MemoryObject found))
        {
            found.Release();
            return true;
        }

        if (tier.Begin(bytes, default, Tiers.Never, [], content.Length) is { } writer)
        {
            writer.TryAppend(content);
            writer.Commit(tier.PurgeSequence);
        }

        return false;
    }

    private static double[] ZipfSums(int count, double exponent)
    {
        double[] sums = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            sums[i] = sum += Math.Pow(i + 1, -exponent);
        }

        return sums;
    }

    private static int Draw(double[] sums, Random random)
    {
        int at = Array.BinarySearch(sums, random.NextDouble() * sums[^1]);
        return at < 0 ? ~at : at;
    }
}
