using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using Sluice.Proxy.Caching.Memory;
using Xunit;

namespace Sluice.Proxy.Tests.Caching.Memory;

/// <summary>Everything at once from several threads: nothing that is read was ever torn, and in the end all is accounted for.</summary>
public sealed class MemoryStressTests
{
    private const int Keys = 400;
    private const int Indexes = 20;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly ConcurrentBag<string> _failures = [];
    private long _read;
    private long _followed;
    private long _stored;

    [Fact]
    public async Task Readers_WritersAndPurges_AtOnce_SeeWholeObjects()
    {
        MemoryTier tier = Tiers.Of(8);
        var clock = Stopwatch.StartNew();
        var disturbing = new Random(9);
        var fills = new ConcurrentQueue<(MemoryObject, int)>();
        Task[] tasks =
        [
            .. Enumerable.Range(0, 3).Select(seed => new Random(seed)).Select(random => Run(() => Read(tier, random), IsDone)),
            .. Enumerable.Range(3, 2).Select(seed => new Random(seed)).Select(random => Run(() => Write(tier, random, fills), IsDone)),
            Run(() => Follow(fills), IsDone),
            Run(() => Disturb(tier, disturbing), IsDone),
        ];
        await Task.WhenAll(tasks).WaitAsync(Deadline);
        while (fills.TryDequeue(out (MemoryObject Object, int) fill))
        {
            fill.Object.Release();
        }

        Assert.Empty(_failures.Take(5));
        Assert.True(HasSeenEnough(), $"{_read} read, {_stored} stored, {_followed} followed");
        MemoryCounters counters = tier.Counters;
        Assert.Equal(counters.Objects, Enumerable.Range(0, Keys).Count(key => Tiers.Has(tier, $"key {key}")));
        Assert.True(counters.TakenBytes <= counters.LimitBytes);
        tier.RemoveWhere((in CacheEntryView _) => true);
        tier.Sweep();
        Assert.Equal((0L, 0L), (tier.Counters.Objects, tier.Counters.Bytes));

        // A machine that is busy with other things may get to little of it in the time that it has.
        bool IsDone() => clock.Elapsed >= TimeMax || (clock.Elapsed >= Time && HasSeenEnough());

        bool HasSeenEnough() => Volatile.Read(ref _read) > 100 && Volatile.Read(ref _stored) > 100 && Volatile.Read(ref _followed) > 3;
    }

    [Fact]
    public async Task Key_ThatIsAlwaysThere_IsAlwaysFound()
    {
        // While its object is replaced and freshened, its neighbours come and go, and the index grows and is rebuilt.
        MemoryTier tier = Tiers.Of(8);
        Tiers.Store(tier, "always", Content(1, 100));
        var clock = Stopwatch.StartNew();
        int neighbour = 0;
        Task[] tasks =
        [
            .. Enumerable.Range(0, 3).Select(_ => Run(
                () =>
                {
                    if (!tier.TryGet("always"u8, out MemoryObject found))
                    {
                        _failures.Add("not found");
                        return;
                    }

                    Check(found);
                    found.Release();
                    Interlocked.Increment(ref _read);
                },
                IsDone)),
            Run(() => Tiers.Store(tier, "always", Content(2, 1000), always: true), IsDone),
            Run(
                () =>
                {
                    int key = neighbour++;
                    Tiers.Store(tier, $"neighbour {key}", "x"u8, always: true);
                    tier.Remove(Tiers.Bytes($"neighbour {(key % 2 == 0 ? key : key - 2000)}"));
                },
                IsDone),
            Run(
                () =>
                {
                    if (tier.TryGet("always"u8, out MemoryObject found))
                    {
                        tier.Freshen(found, default, Tiers.Never, "head"u8, tier.PurgeSequence, out MemoryObject fresh);
                        fresh.Release();
                        found.Release();
                    }
                },
                IsDone),
        ];
        await Task.WhenAll(tasks).WaitAsync(Deadline);

        Assert.Empty(_failures.Take(5));
        Assert.True(HasSeenEnough(), $"{_read} read, {neighbour} neighbours");

        bool IsDone() => clock.Elapsed >= TimeMax || (clock.Elapsed >= Time && HasSeenEnough());

        bool HasSeenEnough() => Volatile.Read(ref _read) > 1000 && Volatile.Read(ref neighbour) > 1000;
    }

    [Fact]
    public async Task Key_ThatIsThereWhileTheIndexGrows_IsAlwaysFound()
    {
        MemoryTier tier = WithAlways();
        using var done = new CancellationTokenSource();
        Task[] tasks =
        [
            .. Enumerable.Range(0, 8).Select(_ => Run(
                () =>
                {
                    if (!Volatile.Read(ref tier).TryGet("always"u8, out MemoryObject found))
                    {
                        _failures.Add("not found");
                        return;
                    }

                    found.Release();
                    Interlocked.Increment(ref _read);
                },
                () => done.IsCancellationRequested)),
            Run(() => Tiers.Store(Volatile.Read(ref tier), "always", "another"u8, always: true), () => done.IsCancellationRequested),
            Run(
                () =>
                {
                    MemoryTier next = WithAlways();
                    Volatile.Write(ref tier, next);
                    for (int i = 0; i < 4000; i++)
                    {
                        Tiers.Store(next, $"neighbour {i}", "x"u8, always: true);
                    }

                    // However late the readers begin.
                    if (++_stored >= Indexes && Volatile.Read(ref _read) > 1000)
                    {
                        done.Cancel();
                    }
                },
                () => done.IsCancellationRequested),
        ];
        await Task.WhenAll(tasks).WaitAsync(Deadline);

        Assert.Empty(_failures.Take(5));
        Assert.True(_read > 1000, $"{_read} read");
    }

    private static MemoryTier WithAlways()
    {
        MemoryTier tier = Tiers.Of(8);
        Tiers.Store(tier, "always", "one"u8);
        return tier;
    }

    private static Task Run(Action step, Func<bool> isDone)
    {
        return Task.Factory.StartNew(
            () =>
            {
                while (!isDone())
                {
                    step();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    /// <summary>Each byte depends on the seed and on where it is.</summary>
    private static byte[] Content(int seed, int length)
    {
        byte[] content = new byte[length];
        for (int at = 0; at < length; at++)
        {
            content[at] = (byte)(seed + (at * 7) + (at >> 8));
        }

        return content;
    }

    private static bool IsContent(int seed, long from, ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            long at = from + i;
            if (bytes[i] != (byte)(seed + (at * 7) + (at >> 8)))
            {
                return false;
            }
        }

        return true;
    }

    private void Read(MemoryTier tier, Random random)
    {
        string key = $"key {Math.Min(random.Next(Keys), random.Next(Keys))}";
        if (!tier.TryGet(Tiers.Bytes(key), out MemoryObject found))
        {
            return;
        }

        if (!found.Key.SequenceEqual(Tiers.Bytes(key)))
        {
            _failures.Add("another key");
        }

        Check(found);
        found.Release();
        Interlocked.Increment(ref _read);
    }

    private void Write(MemoryTier tier, Random random, ConcurrentQueue<(MemoryObject, int)> fills)
    {
        string key = $"key {random.Next(Keys)}";
        int length = 1 << random.Next(18);
        length = random.Next(length);
        int seed = random.Next(1000);
        Span<byte> head = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(head, seed);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], length);
        long since = tier.PurgeSequence;
        if (tier.Begin(Tiers.Bytes(key), CacheMeta.Of(seed), Tiers.Never, head, random.Next(2) == 0 ? length : -1) is not { } writer)
        {
            return;
        }

        if (fills.Count < 4)
        {
            fills.Enqueue((writer.Object.AddReference(), seed));
        }

        byte[] content = Content(seed, length);
        bool isWhole = true;
        for (int at = 0; at < length && isWhole;)
        {
            int count = Math.Min(1 + random.Next(20_000), length - at);
            isWhole = writer.TryAppend(content.AsSpan(at, count));
            at += count;
        }

        if (isWhole && random.Next(10) > 0)
        {
            Interlocked.Add(ref _stored, writer.Commit(since, always: random.Next(2) == 0) == CommitOutcome.Stored ? 1 : 0);
        }
        else
        {
            writer.Abort();
        }
    }

    /// <summary>Reads an object as it grows.</summary>
    private void Follow(ConcurrentQueue<(MemoryObject, int)> fills)
    {
        if (!fills.TryDequeue(out (MemoryObject Object, int Seed) fill))
        {
            Thread.Yield();
            return;
        }

        long read = 0;
        ContentCursor cursor = default;
        while (true)
        {
            bool isEnded = fill.Object.IsComplete || fill.Object.IsAborted;
            while (fill.Object.TrySlice(read, ref cursor, out byte[] array, out int start, out int count))
            {
                if (!IsContent(fill.Seed, read, array.AsSpan(start, count)))
                {
                    _failures.Add("torn while it grows");
                }

                read += count;
            }

            if (isEnded)
            {
                break;
            }
        }

        if (fill.Object.IsComplete && read != BinaryPrimitives.ReadInt32LittleEndian(fill.Object.Head[4..]))
        {
            _failures.Add("not whole in the end");
        }

        fill.Object.Release();
        _followed++;
    }

    private void Disturb(MemoryTier tier, Random random)
    {
        byte[] key = Tiers.Bytes($"key {random.Next(Keys)}");
        switch (random.Next(8))
        {
            case 0:
                int rest = random.Next(50);
                tier.RemoveWhere((in CacheEntryView entry) => entry.Meta.As<int>() % 50 == rest && entry.Head.Length == 8);
                break;
            case 1:
                tier.MarkWhere((in CacheEntryView entry) => entry.Key[^1] == '3');
                break;
            case 2:
                tier.Mark(key);
                break;
            case 3:
                tier.Sweep();
                break;
            case 4:
                tier.Resize(new MemoryTierLimits((5 + random.Next(4)) << 20, long.MaxValue));
                break;
            case 5 when tier.TryGet(key, out MemoryObject found):
                tier.Freshen(found, found.Meta, Tiers.Never, found.Head, tier.PurgeSequence, out MemoryObject fresh);
                if (!fresh.IsNone)
                {
                    Check(fresh);
                    fresh.Release();
                }

                found.Release();
                break;
            default:
                tier.Remove(key);
                break;
        }
    }

    private void Check(MemoryObject found)
    {
        if (found.Head.Length == 8)
        {
            CheckContent(found, BinaryPrimitives.ReadInt32LittleEndian(found.Head), BinaryPrimitives.ReadInt32LittleEndian(found.Head[4..]));
        }
        else
        {
            CheckContent(found, found.Length == 100 ? 1 : 2, found.Length == 100 ? 100 : 1000);
        }
    }

    private void CheckContent(MemoryObject found, int seed, int length)
    {
        long read = 0;
        ContentCursor cursor = default;
        while (found.TrySlice(read, ref cursor, out byte[] array, out int start, out int count))
        {
            if (!IsContent(seed, read, array.AsSpan(start, count)))
            {
                _failures.Add("torn");
            }

            read += count;
        }

        if (read != length || !found.IsComplete)
        {
            _failures.Add($"{read} of {length}");
        }
    }
}
