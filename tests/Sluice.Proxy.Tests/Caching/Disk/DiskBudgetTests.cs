using Sluice.Proxy.Caching.Disk;
using Xunit;

namespace Sluice.Proxy.Tests.Caching.Disk;

public sealed class DiskBudgetTests : IDisposable
{
    private readonly DiskFixture _disk = new();

    [Fact]
    public async Task Objects_MoreThanFit_PushOutWhatWasUsedLongestAgo()
    {
        _disk.Resize(_disk.Plan with { BytesMax = 10 * 12_288 });
        for (int i = 0; i < 10; i++)
        {
            _disk.Time.Advance(TimeSpan.FromSeconds(1));
            Assert.True(await PutAsync(i));
        }

        Assert.Equal(10, _disk.Tier.Totals.Objects);
        _disk.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await _disk.HasAsync(KeyOf(0)));
        for (int i = 10; i < 13; i++)
        {
            _disk.Time.Advance(TimeSpan.FromSeconds(1));
            Assert.True(await PutAsync(i));
            Assert.InRange(_disk.Tier.Totals.Bytes, 1, _disk.Plan.BytesMax);
        }

        Assert.Equal(3, _disk.Tier.Totals.Evicted);
        Assert.True(await _disk.HasAsync(KeyOf(0)));
        Assert.False(await _disk.HasAsync(KeyOf(1)));
        Assert.False(await _disk.HasAsync(KeyOf(3)));
        Assert.True(await _disk.HasAsync(KeyOf(4)));
        Assert.InRange(SizeOnDisk(), 1, _disk.Plan.BytesMax);
    }

    [Fact]
    public async Task Objects_OfNoUseAnyMore_MakeRoomFirst()
    {
        _disk.Resize(_disk.Plan with { BytesMax = 3 * 12_288 });
        await PutAsync(0);
        _disk.Time.Advance(TimeSpan.FromSeconds(5));
        await _disk.PutAsync(KeyOf(1), DiskFixture.Content(10_000), uselessAfter: _disk.Now + 10);
        await PutAsync(2);
        _disk.Time.Advance(TimeSpan.FromSeconds(11));
        await PutAsync(3);
        Assert.True(await _disk.HasAsync(KeyOf(0)));
        Assert.False(await _disk.HasAsync(KeyOf(1)));
        Assert.Equal(0, _disk.Tier.Totals.Evicted);
    }

    [Fact]
    public async Task Objects_OfNoUseAnyMore_AreNotFoundAndGo()
    {
        await _disk.PutAsync(KeyOf(1), DiskFixture.Content(10), uselessAfter: _disk.Now + 10);
        _disk.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(await _disk.HasAsync(KeyOf(1)));
        _disk.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await _disk.HasAsync(KeyOf(1)));

        // The keeper may have been the first to see it, and still be at it.
        DiskFixture.Until(() => _disk.Tier.Totals.Expired == 1);
        Assert.False(File.Exists(_disk.FileOf(KeyOf(1))));
    }

    [Fact]
    public async Task Objects_NobodyAskedForLong_Go()
    {
        _disk.Resize(_disk.Plan with { InactiveSeconds = 100 });
        await PutAsync(1);
        await PutAsync(2);
        _disk.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.True(await _disk.HasAsync(KeyOf(2)));
        _disk.Time.Advance(TimeSpan.FromSeconds(60));
        DiskFixture.Until(() => _disk.Tier.Totals.Expired == 1);
        Assert.True(await _disk.HasAsync(KeyOf(2)));
        Assert.False(File.Exists(_disk.FileOf(KeyOf(1))));
        Assert.Equal(1, _disk.Tier.Totals.Objects);
    }

    [Fact]
    public async Task Budget_MadeSmaller_IsKeptSoon()
    {
        for (int i = 0; i < 20; i++)
        {
            await PutAsync(i);
        }

        _disk.Resize(_disk.Plan with { BytesMax = 5 * 12_288 });
        DiskFixture.Until(() => _disk.Tier.Totals.Bytes <= _disk.Plan.BytesMax);
        Assert.Equal(5, _disk.Tier.Totals.Objects);
        DiskFixture.Until(() => SizeOnDisk() <= _disk.Plan.BytesMax);
    }

    [Fact]
    public async Task Budget_FoundTooSmallAtTheStart_IsKeptSoon()
    {
        for (int i = 0; i < 20; i++)
        {
            await PutAsync(i);
        }

        _disk.Plan = _disk.Plan with { BytesMax = 5 * 12_288 };
        _disk.Reopen();
        DiskFixture.Until(() => SizeOnDisk() <= _disk.Plan.BytesMax && _disk.Tier.Totals.Objects == 5);
    }

    [Fact]
    public async Task Budget_OfManyLargeAtOnce_IsNeverExceeded()
    {
        _disk.Resize(_disk.Plan with { BytesMax = 2_000_000 });
        DiskWriter[] writers = [.. Enumerable.Range(0, 8).Select(i => _disk.Tier.TryBegin(KeyOf(i), [], [], -1, DiskFixture.Forever, 0)!)];
        byte[] part = DiskFixture.Content(10_000);
        bool isRefused = false;
        for (int i = 0; i < 10_000 && !isRefused; i++)
        {
            isRefused = !writers[i % writers.Length].TryAppend(part);
            Assert.InRange(_disk.Tier.Totals.Bytes, 0, _disk.Plan.BytesMax);
            Assert.InRange(SizeOnDisk(), 0, _disk.Plan.BytesMax + 100_000);
        }

        bool[] stored = await Task.WhenAll(writers.Select(static writer => writer.CommitAsync()));
        Assert.True(isRefused);
        Assert.Contains(false, stored);
        Assert.InRange(_disk.Tier.Totals.Bytes, 0, _disk.Plan.BytesMax);
        Assert.True(_disk.Tier.Totals.IsStoring);
        Assert.Empty(_disk.TempFiles());
    }

    [Fact]
    public void Object_MoreThanHalfOfTheBudget_IsRefused()
    {
        _disk.Resize(_disk.Plan with { BytesMax = 100_000 });
        Assert.Null(_disk.Tier.TryBegin(KeyOf(1), [], [], 50_001, DiskFixture.Forever, 0));
        Assert.NotNull(_disk.Tier.TryBegin(KeyOf(1), [], [], 50_000, DiskFixture.Forever, 0));
    }

    public void Dispose() => _disk.Dispose();

    private static byte[] KeyOf(int i) => DiskFixture.Key($"http://a.example/{i}");

    private Task<bool> PutAsync(int i) => _disk.PutAsync(KeyOf(i), DiskFixture.Content(10_000, i));

    private long SizeOnDisk()
    {
        long size = 0;
        foreach (string file in Directory.GetFiles(_disk.Folder, "*", SearchOption.AllDirectories))
        {
            // Some go while they are counted.
            var info = new FileInfo(file);
            size += info.Exists ? info.Length : 0;
        }

        return size;
    }
}
