using System.Buffers.Binary;
using System.Text;
using Sluice.Proxy.Caching.Disk;
using Sluice.Proxy.Caching.Tiers;
using Xunit;

namespace Sluice.Proxy.Tests.Caching.Disk;

public sealed class DiskConcurrencyTests : IDisposable
{
    private const int Keys = 20;
    private const int Rounds = 400;

    private readonly DiskFixture _disk = new();
    private readonly long[] _stored = new long[Keys];
    private readonly long[] _purged = new long[Keys];

    [Fact]
    public async Task Threads_ThatStoreReadPurgeAndEvict_NeverGetAnythingElse()
    {
        _disk.Resize(_disk.Plan with { BytesMax = 4_000_000 });
        Task writing = Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(() => WriteAsync(seed))));
        await Task.WhenAll(Enumerable.Range(0, 6).Select(seed => Task.Run(() => ReadAsync(seed, writing))).Append(Task.Run(() => PurgeAsync(writing))));
        await writing;

        Assert.Empty(_disk.TempFiles());
        DiskTotals totals = _disk.Tier.Totals;
        Assert.Equal(0, totals.Damaged);
        Assert.Equal(0, totals.Failed);
        Assert.True(totals.Found > 0);
        Assert.Empty(_disk.Messages);
        Assert.InRange(totals.Bytes, 0, 4_000_000);

        // The index and the folder say the same.
        _disk.Reopen();
        Assert.Equal((totals.Objects, totals.Bytes), (_disk.Tier.Totals.Objects, _disk.Tier.Totals.Bytes));
        Assert.Equal(0, _disk.Tier.Totals.Damaged);
    }

    public void Dispose() => _disk.Dispose();

    private static byte[] KeyOf(int i) => DiskFixture.Key($"http://a.example/{i}");

    private async Task WriteAsync(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
        {
            int i = random.Next(Keys);
            long since = _disk.Tier.Sequence;
            long version = Interlocked.Increment(ref _stored[i]);
            byte[] content = DiskFixture.Content(random.Next(300_000), i);
            if (content.Length >= sizeof(long))
            {
                BinaryPrimitives.WriteInt64LittleEndian(content, version);
            }

            await _disk.PutAsync(KeyOf(i), content, $"{version} {content.Length}", since: since);
        }
    }

    private async Task ReadAsync(int seed, Task writing)
    {
        var random = new Random(1000 + seed);
        while (!writing.IsCompleted)
        {
            int i = random.Next(Keys);
            long purged = Volatile.Read(ref _purged[i]);
            ITierObject? found = await _disk.FindAsync(KeyOf(i));
            if (found is null)
            {
                await Task.Delay(1);
                continue;
            }

            long[] head = [.. Encoding.ASCII.GetString(found.Head).Split(' ').Select(long.Parse)];
            byte[]? content = await DiskFixture.ReadAsync(found, random.Next(10_000, 200_000));
            found.Release();
            Assert.NotNull(content);
            Assert.Equal(head[1], content.Length);
            byte[] expected = DiskFixture.Content(content.Length, i);
            Assert.True(content.Length < sizeof(long) || BinaryPrimitives.ReadInt64LittleEndian(content) == head[0]);
            Assert.True(content.AsSpan(Math.Min(content.Length, sizeof(long))).SequenceEqual(expected.AsSpan(Math.Min(content.Length, sizeof(long)))));

            // What was stored before a purge that had returned is not found after it.
            Assert.True(head[0] > purged, $"Version {head[0]} of {i} was purged up to {purged}.");
        }
    }

    private async Task PurgeAsync(Task writing)
    {
        var random = new Random(5);
        for (int round = 0; !writing.IsCompleted; round++)
        {
            int i = random.Next(Keys);

            // Everything that took its number before has also read the sequence before, so that the purge means it.
            long version = Volatile.Read(ref _stored[i]);
            if (round % 50 == 0)
            {
                byte[] key = KeyOf(i);
                Task<long> done = _disk.Tier.RemoveWhere((other, _, _) => other.SequenceEqual(key), isSoft: false);
                Volatile.Write(ref _purged[i], version);
                await done;
            }
            else
            {
                _disk.Tier.RemoveUrl(Encoding.ASCII.GetBytes($"http://a.example/{i}"), isSoft: false);
                Volatile.Write(ref _purged[i], version);
            }

            await Task.Delay(3);
        }
    }
}
