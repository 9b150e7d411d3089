using System.Runtime.CompilerServices;
using Sluice.Proxy.Caching.Disk;
using Xunit;

namespace Sluice.Proxy.Tests.Caching.Disk;

// Alone: one of them measures the memory of the process.
[Collection(nameof(BudgetTests))]
public sealed class DiskIndexTests
{
    private readonly DiskIndex _index = new();
    private readonly DiskPurges _purges = new();

    [Fact]
    public void Entries_OfManyObjects_TakeAtMost64BytesEach()
    {
        Assert.Equal(48, Unsafe.SizeOf<DiskEntry>());
        Assert.False(RuntimeHelpers.IsReferenceOrContainsReferences<DiskEntry>());

        // What tests before this one have left may go in the middle of it: one of several that is undisturbed is enough.
        long each = 0;
        for (int i = 0; i < 3 && each is < 48 or > 64; i++)
        {
            each = BytesOfOne(new DiskIndex());
        }

        Assert.InRange(each, 48, 64);
    }

    [Fact]
    public void Entries_EnteredAndRemovedAtRandom_AreThoseOfADictionary()
    {
        var random = new Random(2);
        var model = new Dictionary<DiskKey, uint>();
        DiskKey[] keys = [.. Enumerable.Range(0, 500).Select(_ => KeyOf(random, urls: 50))];
        for (int i = 0; i < 50_000; i++)
        {
            DiskKey key = keys[random.Next(keys.Length)];
            switch (random.Next(5))
            {
                case 0 or 1:
                    uint units = (uint)random.Next(1, 100);
                    Enter(key, 0, units);
                    model[key] = units;
                    break;
                case 2:
                    Assert.Equal(model.Remove(key), _index.TryRemove(in key, out _));
                    break;
                case 3 when i % 7 == 0:
                    DiskKey[] expected = [.. model.Keys.Where(other => other.Url == key.Url)];
                    Assert.Equal(expected.Length, _index.Purge(key.Url, null, isSoft: false, _purges).Count);
                    Array.ForEach(expected, other => model.Remove(other));
                    break;
                default:
                    Assert.Equal(model.TryGetValue(key, out uint known), _index.TryGet(in key, out DiskEntry entry));
                    Assert.Equal(known, entry.Units);
                    break;
            }
        }

        Assert.Equal(model.Count, _index.Objects);
        Assert.Equal(model.Values.Sum(static units => (long)units) * DiskEntry.UnitBytes, _index.Bytes);
    }

    [Fact]
    public void Victims_OfMany_AreAmongThoseUsedLongestAgo()
    {
        var random = new Random(3);
        for (uint i = 0; i < 20_000; i++)
        {
            Enter(KeyOf(random), i);
        }

        long sum = 0;
        for (int i = 0; i < 1000; i++)
        {
            Assert.True(_index.TryChoose(0, out DiskEntry victim));
            Assert.True(_index.TryRemove(victim.Key, out _));
            sum += victim.LastUse;
        }

        // Of 16 chosen at random the oldest is in the oldest 17th on average.
        Assert.InRange(sum / 1000, 0, 20_000 / 8);
    }

    [Fact]
    public void Victims_ChosenToTheLast_LeaveNothing()
    {
        var random = new Random(4);
        for (uint i = 0; i < 3000; i++)
        {
            Enter(KeyOf(random), i);
        }

        int count = 0;
        for (; _index.TryChoose(0, out DiskEntry victim); count++)
        {
            _index.TryRemove(victim.Key, out _);
        }

        Assert.Equal(3000, count);
        Assert.Equal(0, _index.Bytes);
    }

    private static long BytesOfOne(DiskIndex index)
    {
        const int count = 300_000;
        var random = new Random(1);
        var purges = new DiskPurges();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < count; i++)
        {
            Enter(index, purges, KeyOf(random), 0);
        }

        long bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.Equal(count, index.Objects);
        GC.KeepAlive(index);
        return bytes / count;
    }

    private static DiskKey KeyOf(Random random, int urls = int.MaxValue)
    {
        int url = random.Next(urls);
        return new DiskKey(new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()), DiskKey.OfUrl(BitConverter.GetBytes(url)));
    }

    private void Enter(DiskKey key, uint lastUse, uint units = 1) => Enter(_index, _purges, key, lastUse, units);

    private static void Enter(DiskIndex index, DiskPurges purges, DiskKey key, uint lastUse, uint units = 1)
    {
        DiskEntry entry = DiskEntry.Of(in key, units * DiskEntry.UnitBytes, DiskFixture.Forever, lastUse, 0, purges.Sequence, isAuxiliary: false);
        index.Enter(in entry, purges, default);
    }
}
