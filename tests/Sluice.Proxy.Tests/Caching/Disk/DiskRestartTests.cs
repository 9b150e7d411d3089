using Sluice.Proxy.Caching.Disk;
using Sluice.Proxy.Plans.Caching;
using Xunit;

namespace Sluice.Proxy.Tests.Caching.Disk;

public sealed class DiskRestartTests : IDisposable
{
    private readonly DiskFixture _disk = new();

    [Fact]
    public async Task Objects_AfterARestart_AreAllThere()
    {
        for (int i = 0; i < 300; i++)
        {
            await _disk.PutAsync(DiskFixture.Key($"http://a.example/{i}"), DiskFixture.Content(i * 10, i));
        }

        DiskTotals before = _disk.Tier.Totals;
        _disk.Reopen();
        Assert.Equal((300, before.Bytes), (_disk.Tier.Totals.Objects, _disk.Tier.Totals.Bytes));
        for (int i = 0; i < 300; i++)
        {
            Assert.Equal(DiskFixture.Content(i * 10, i), await _disk.GetAsync(DiskFixture.Key($"http://a.example/{i}")));
        }

        Assert.Equal(0, _disk.Tier.Totals.Damaged);
    }

    [Fact]
    public async Task Objects_NotLookedAtYet_AreFound()
    {
        byte[] key = DiskFixture.Key("http://a.example/x");
        await _disk.PutAsync(key, DiskFixture.Content(10));
        for (int i = 0; i < 600; i++)
        {
            await _disk.PutAsync(DiskFixture.Key($"http://a.example/{i}"), []);
        }

        for (int i = 0; i < 5; i++)
        {
            _disk.Reopen(waits: false);
            Assert.True(_disk.Tier.MayHold(key));
            Assert.Equal(DiskFixture.Content(10), await _disk.GetAsync(key));
        }

        DiskFixture.Until(() => _disk.Tier.Totals.IsScanned);
        Assert.Equal(601, _disk.Tier.Totals.Objects);
    }

    [Fact]
    public async Task Objects_OfNoUseAnyMore_GoAfterARestart()
    {
        await _disk.PutAsync(DiskFixture.Key("http://a.example/x"), DiskFixture.Content(10), uselessAfter: _disk.Now + 5);
        _disk.Close();
        _disk.Time.Advance(TimeSpan.FromSeconds(6));
        _disk.Reopen();
        DiskFixture.Until(() => _disk.Tier.Totals.Objects == 0 && !File.Exists(_disk.FileOf(DiskFixture.Key("http://a.example/x"))));
    }

    [Fact]
    public async Task LastUse_WrittenDown_IsKnownAfterARestart()
    {
        byte[] used = DiskFixture.Key("http://a.example/used");
        byte[] unused = DiskFixture.Key("http://a.example/unused");
        await _disk.PutAsync(used, DiskFixture.Content(10));
        await _disk.PutAsync(unused, DiskFixture.Content(10));
        _disk.Time.Advance(TimeSpan.FromHours(30));
        Assert.True(await _disk.HasAsync(used));
        _disk.Reopen();
        _disk.Resize(_disk.Plan with { InactiveSeconds = 24 * 3600 });
        DiskFixture.Until(() => _disk.Tier.Totals.Objects == 1);
        Assert.True(await _disk.HasAsync(used));
        Assert.False(await _disk.HasAsync(unused));
    }

    [Fact]
    public void TempFiles_LeftByACrash_AreRemoved()
    {
        _disk.Close();
        File.WriteAllText(Path.Combine(_disk.Folder, "temp", "0000000000000001"), "half");
        File.WriteAllText(Path.Combine(_disk.Folder, "temp", "anything"), "half");
        _disk.Reopen();
        Assert.Empty(_disk.TempFiles());
    }

    [Fact]
    public void Folder_UsedByAnother_IsRefused()
    {
        Assert.Null(DiskTier.Open(_disk.Plan, static _ => { }, out string? error));
        Assert.Contains("another process may be using it", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_WithOtherFiles_IsRefusedAndLeftAlone()
    {
        using var other = new DiskFixture(opens: false);
        Directory.CreateDirectory(Path.Combine(other.Folder, "objects", "ab"));
        File.WriteAllText(Path.Combine(other.Folder, "objects", "ab", "precious"), "x");
        Assert.Null(DiskTier.Open(other.Plan, static _ => { }, out string? error));
        Assert.Contains("other files", error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(other.Folder, "objects", "ab", "precious")));
    }

    [Fact]
    public void Folder_OfAnotherVersion_IsRefused()
    {
        _disk.Close();
        File.WriteAllText(Path.Combine(_disk.Folder, "sluice-cache"), "sluice-cache 999\n");
        Assert.Null(DiskTier.Open(_disk.Plan, static _ => { }, out string? error));
        Assert.Contains("version", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_ThatCanNotBeMade_IsRefused()
    {
        string file = Path.Combine(_disk.Folder, "sluice-cache");
        Assert.Null(DiskTier.Open(new DiskCachePlan(Path.Combine(file, "below")), static _ => { }, out string? error));
        Assert.Contains(file, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folders_OfObjectsThatAreGone_AreGone()
    {
        for (int i = 0; i < 20; i++)
        {
            await _disk.PutAsync(DiskFixture.Key($"http://a.example/{i}"), []);
        }

        await _disk.Tier.RemoveWhere(null, isSoft: false);
        string[] folders = Directory.GetDirectories(Path.Combine(_disk.Folder, "objects"), "*", SearchOption.AllDirectories);
        Assert.All(folders, folder => Assert.Equal(Path.Combine(_disk.Folder, "objects"), Path.GetDirectoryName(folder)));
    }

    [Fact]
    public async Task Folder_EmptiedWhileInUse_IsUsedAnew()
    {
        byte[] key = DiskFixture.Key("http://a.example/x");
        await _disk.PutAsync(key, DiskFixture.Content(10));
        foreach (string folder in Directory.GetDirectories(_disk.Folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        File.Delete(Path.Combine(_disk.Folder, "sluice-cache"));
        Assert.False(await _disk.HasAsync(key));
        Assert.Equal(0, _disk.Tier.Totals.Objects);
        Assert.True(await _disk.PutAsync(key, DiskFixture.Content(20)));
        _disk.Reopen();
        Assert.Equal(DiskFixture.Content(20), await _disk.GetAsync(key));
    }

    public void Dispose() => _disk.Dispose();
}
