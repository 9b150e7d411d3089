using System.Text;
using Sluice.Proxy.Caching.Disk;
using Sluice.Proxy.Caching.Tiers;
using Xunit;

namespace Sluice.Proxy.Tests.Caching.Disk;

public sealed class DiskPurgeTests : IDisposable
{
    private const string Url = "http://a.example/x";

    private static readonly byte[] Plain = DiskFixture.Key(Url);
    private static readonly byte[] Variant = DiskFixture.Key(Url, "gzip");
    private static readonly byte[] Other = DiskFixture.Key("http://a.example/y");

    private readonly DiskFixture _disk = new();

    [Fact]
    public async Task Url_Purged_TakesAllOfItsVariants()
    {
        await PutAllAsync();
        Assert.Equal(2, _disk.Tier.RemoveUrl(Encoding.ASCII.GetBytes(Url), isSoft: false));
        Assert.False(_disk.Tier.MayHold(Plain));
        Assert.False(_disk.Tier.MayHold(Variant));
        Assert.True(await _disk.HasAsync(Other));
        DiskFixture.Until(() => !File.Exists(_disk.FileOf(Plain)) && !File.Exists(_disk.FileOf(Variant)));
        _disk.Reopen();
        Assert.Equal(1, _disk.Tier.Totals.Objects);
    }

    [Fact]
    public async Task Key_Purged_LeavesOtherVariants()
    {
        await PutAllAsync();
        Assert.Equal(1, _disk.Tier.Remove(Plain, isSoft: false));
        Assert.False(await _disk.HasAsync(Plain));
        Assert.True(await _disk.HasAsync(Variant));
        Assert.Equal(0, _disk.Tier.Remove(Plain, isSoft: false));
        Assert.Equal(1, _disk.Tier.Totals.Purged);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Url_PurgedWhileItIsFetched_IsNotUndone(bool isSoft)
    {
        long before = _disk.Tier.Sequence;
        _disk.Tier.RemoveUrl(Encoding.ASCII.GetBytes(Url), isSoft);
        Assert.Equal(isSoft, await _disk.PutAsync(Plain, DiskFixture.Content(10), since: before));
        Assert.Equal(isSoft, await IsMarkedAsync(Plain));
        Assert.Equal(isSoft, File.Exists(_disk.FileOf(Plain)));
        Assert.True(await _disk.PutAsync(Variant, DiskFixture.Content(10)));
        Assert.False(await IsMarkedAsync(Variant));
    }

    [Fact]
    public async Task Purges_MoreThanAreRemembered_RefuseWhatWasFetchedBefore()
    {
        long before = _disk.Tier.Sequence;
        for (int i = 0; i < 10_000; i++)
        {
            _disk.Tier.RemoveUrl(Encoding.ASCII.GetBytes($"http://a.example/{i}"), isSoft: false);
        }

        Assert.False(await _disk.PutAsync(Plain, DiskFixture.Content(10), since: before));
        Assert.True(await _disk.PutAsync(Plain, DiskFixture.Content(10)));
    }

    [Fact]
    public async Task Url_PurgedAgainAndAgain_IsRememberedOnce()
    {
        long before = _disk.Tier.Sequence;
        for (int i = 0; i < 10_000; i++)
        {
            _disk.Tier.RemoveUrl("http://a.example/busy"u8, isSoft: false);
        }

        Assert.True(await _disk.PutAsync(Plain, DiskFixture.Content(10), since: before));
    }

    [Fact]
    public async Task Soft_MarksUntilItIsRefreshed()
    {
        await PutAllAsync();
        Assert.Equal(2, _disk.Tier.RemoveUrl(Encoding.ASCII.GetBytes(Url), isSoft: true));
        Assert.True(await IsMarkedAsync(Plain));
        Assert.True(await IsMarkedAsync(Variant));
        Assert.False(await IsMarkedAsync(Other));

        _disk.Reopen();
        Assert.True(await IsMarkedAsync(Plain));
        Assert.True(await _disk.Tier.RefreshAsync(Plain, [], "new"u8, DiskFixture.Forever, _disk.Tier.Sequence));
        Assert.False(await IsMarkedAsync(Plain));
        _disk.Reopen();
        Assert.False(await IsMarkedAsync(Plain));
        Assert.True(await IsMarkedAsync(Variant));
    }

    [Fact]
    public async Task Refresh_OfWhatWasPurgedMeanwhile_DoesNotUndoThat()
    {
        await PutAllAsync();
        long before = _disk.Tier.Sequence;
        _disk.Tier.Remove(Plain, isSoft: true);
        _disk.Tier.Remove(Other, isSoft: false);
        Assert.True(await _disk.Tier.RefreshAsync(Plain, [], "new"u8, DiskFixture.Forever, before));
        Assert.True(await IsMarkedAsync(Plain));
        Assert.False(await _disk.Tier.RefreshAsync(Other, [], "new"u8, DiskFixture.Forever, before));
        Assert.False(await _disk.HasAsync(Other));
        _disk.Reopen();
        Assert.True(await IsMarkedAsync(Plain));
    }

    [Fact]
    public async Task Predicate_Purged_HoldsAtOnceAndCountsInTheEnd()
    {
        for (int i = 0; i < 100; i++)
        {
            await _disk.PutAsync(DiskFixture.Key($"http://a.example/{i}"), DiskFixture.Content(10), i % 2 == 0 ? "Cache-Tag: even" : "Cache-Tag: odd");
        }

        long before = _disk.Tier.Sequence;
        Task<long> done = _disk.Tier.RemoveWhere(static (_, _, head) => head.IndexOf("even"u8) >= 0, isSoft: false);
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(i % 2 != 0, await _disk.HasAsync(DiskFixture.Key($"http://a.example/{i}")));
        }

        Assert.False(await _disk.PutAsync(Plain, DiskFixture.Content(10), "Cache-Tag: even", since: before));
        Assert.True(await _disk.PutAsync(Plain, DiskFixture.Content(10), "Cache-Tag: odd", since: before));
        Assert.True(await _disk.PutAsync(Other, DiskFixture.Content(10), "Cache-Tag: even"));

        // Who looks for an object meanwhile may be the one who removes it.
        Assert.InRange(await done, 25, 50);
        for (int i = 50; i < 100; i++)
        {
            Assert.Equal(i % 2 != 0, await _disk.HasAsync(DiskFixture.Key($"http://a.example/{i}")));
        }

        Assert.Equal(52, _disk.Tier.Totals.Objects);
        Assert.Equal(50, _disk.Tier.Totals.Purged);
        Assert.Equal(52, Directory.GetFiles(Path.Combine(_disk.Folder, "objects"), "*", SearchOption.AllDirectories).Length);
        Assert.True(await _disk.HasAsync(Other));
    }

    [Fact]
    public async Task Predicate_SoftlyPurged_Marks()
    {
        await PutAllAsync();
        Assert.Equal(2, await _disk.Tier.RemoveWhere(static (key, _, _) => key.StartsWith("http://a.example/x"u8), isSoft: true));
        _disk.Reopen();
        Assert.True(await IsMarkedAsync(Plain));
        Assert.True(await IsMarkedAsync(Variant));
        Assert.False(await IsMarkedAsync(Other));
    }

    [Fact]
    public async Task Predicate_AskedAboutMetadata_SeesIt()
    {
        await PutAllAsync();
        Assert.Equal(3, await _disk.Tier.RemoveWhere(static (_, meta, _) => meta.Length == 64 && meta.StartsWith("meta"u8), isSoft: false));
    }

    [Fact]
    public async Task Everything_Purged_IsGone()
    {
        await PutAllAsync();
        long before = _disk.Tier.Sequence;
        Task<long> done = _disk.Tier.RemoveWhere(null, isSoft: false);
        Assert.False(await _disk.HasAsync(Plain));
        Assert.False(await _disk.PutAsync(Plain, DiskFixture.Content(10), since: before));
        Assert.InRange(await done, 0, 3);
        Assert.Equal((0, 0), (_disk.Tier.Totals.Objects, _disk.Tier.Totals.Bytes));
        Assert.Empty(Directory.GetFiles(Path.Combine(_disk.Folder, "objects"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Purges_BeforeTheFolderWasLookedThrough_HoldForWhatIsInIt()
    {
        for (int i = 0; i < 600; i++)
        {
            await _disk.PutAsync(DiskFixture.Key($"http://a.example/{i}"), [], i == 7 ? "tagged" : "head");
        }

        await PutAllAsync();
        _disk.Reopen(waits: false);
        _disk.Tier.RemoveUrl(Encoding.ASCII.GetBytes(Url), isSoft: false);
        _disk.Tier.Remove(Other, isSoft: true);
        Task<long> tagged = _disk.Tier.RemoveWhere(static (_, _, head) => head.SequenceEqual("tagged"u8), isSoft: false);
        Assert.False(await _disk.HasAsync(Plain));
        Assert.False(await _disk.HasAsync(Variant));
        Assert.True(await IsMarkedAsync(Other));
        Assert.False(await _disk.HasAsync(DiskFixture.Key("http://a.example/7")));
        await tagged;
        Assert.Equal(600, _disk.Tier.Totals.Objects);
        _disk.Reopen();
        Assert.Equal(600, _disk.Tier.Totals.Objects);
        Assert.True(await IsMarkedAsync(Other));
    }

    [Fact]
    public async Task Predicates_TooManyAtOnce_AreRefused()
    {
        await PutAllAsync();
        using var gate = new ManualResetEventSlim();
        Task<long>[] tasks = [.. Enumerable.Range(0, DiskPurges.Remembered + 1).Select(_ => _disk.Tier.RemoveWhere(
            (_, _, _) =>
            {
                gate.Wait();
                return false;
            },
            isSoft: false))];
        Assert.Equal(-1, await tasks[^1]);
        gate.Set();
        Assert.All(await Task.WhenAll(tasks[..^1]), static count => Assert.Equal(0, count));
        Assert.Equal(0, await _disk.Tier.RemoveWhere(static (_, _, _) => false, isSoft: false));
        Assert.Equal(3, _disk.Tier.Totals.Objects);
    }

    public void Dispose() => _disk.Dispose();

    private async Task PutAllAsync()
    {
        foreach (byte[] key in new[] { Plain, Variant, Other })
        {
            Assert.True(await _disk.PutAsync(key, DiskFixture.Content(10)));
        }
    }

    private async Task<bool> IsMarkedAsync(byte[] key)
    {
        ITierObject? found = await _disk.FindAsync(key);
        found?.Release();
        return found is { IsMarked: true };
    }
}
