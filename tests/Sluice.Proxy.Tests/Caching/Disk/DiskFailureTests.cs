using Sluice.Proxy.Caching.Disk;
using Xunit;

namespace Sluice.Proxy.Tests.Caching.Disk;

/// <summary>Disks that are full, or refuse to be written to: a file system of 1 MiB of their own, which takes root to mount.</summary>
public sealed class DiskFailureTests : IDisposable
{
    private readonly DiskFixture _disk = new(opens: false);

    public DiskFailureTests()
    {
        Directory.CreateDirectory(_disk.Folder);
        DiskFixture.Shell($"mount -t tmpfs -o size=1m,mode=0700 sluice-test {_disk.Folder}");
        _disk.Reopen();
    }

    [Fact]
    public async Task Disk_Full_SwitchesOnlyStoringOff()
    {
        int stored = 0;
        while (await PutAsync(stored))
        {
            stored++;
        }

        // 1. Nothing is stored for now, and one message says so.
        Assert.InRange(stored, 5, 10);
        Assert.False(_disk.Tier.Totals.IsStoring);
        Assert.Contains("No space left on device", Assert.Single(_disk.Messages), StringComparison.Ordinal);
        Assert.Equal(1, _disk.Tier.Totals.Failed);
        Assert.Null(_disk.Tier.TryBegin(KeyOf(99), [], [], 10, DiskFixture.Forever, 0));
        Assert.Empty(_disk.TempFiles());

        // 2. What is there can be read, and removed.
        for (int i = 0; i < stored; i++)
        {
            Assert.Equal(DiskFixture.Content(100_000, i), await _disk.GetAsync(KeyOf(i)));
        }

        // 3. It is tried again after 10 s, and said again after a minute.
        for (int i = 0; i < 7; i++)
        {
            _disk.Time.Advance(TimeSpan.FromSeconds(9.9));
            Assert.False(_disk.Tier.Totals.IsStoring);
            _disk.Time.Advance(TimeSpan.FromSeconds(0.1));
            Assert.True(_disk.Tier.Totals.IsStoring);
            Assert.False(await PutAsync(stored));
            Assert.Equal(i < 5 ? 1 : 2, _disk.Messages.Length);
        }

        // 4. It goes on by itself when there is room again.
        _disk.Tier.Remove(KeyOf(0), isSoft: false);
        _disk.Tier.Remove(KeyOf(1), isSoft: false);
        DiskFixture.Until(() => !File.Exists(_disk.FileOf(KeyOf(0))) && !File.Exists(_disk.FileOf(KeyOf(1))));
        _disk.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(await PutAsync(stored));
        Assert.Equal(3, _disk.Messages.Length);
        Assert.EndsWith("again", _disk.Messages[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disk_FullWhileSomethingIsRead_LosesNothingOfWhatWasAccepted()
    {
        byte[] content = DiskFixture.Content(3_000_000);
        DiskWriter writer = _disk.Tier.TryBegin(KeyOf(1), [], [], -1, DiskFixture.Forever, 0)!;
        DiskObject reader = writer.Object;
        reader.Retain();
        int accepted = 0;
        while (accepted < content.Length && writer.TryAppend(content.AsSpan(accepted, 10_000)))
        {
            accepted += 10_000;
        }

        DiskFixture.Until(() => !_disk.Tier.Totals.IsStoring);
        writer.Abort();
        Assert.Equal(accepted, reader.Length);
        byte[]? read = await DiskFixture.ReadAsync(reader);
        Assert.True(content.AsSpan(0, accepted).SequenceEqual(read));
        reader.Release();
        DiskFixture.Until(() => _disk.TempFiles().Length == 0 && _disk.Tier.Totals.Bytes == 0);
    }

    [Fact]
    public async Task Disk_ReadOnly_GoesOnReading()
    {
        await PutAsync(1);
        DiskFixture.Shell($"mount -o remount,ro {_disk.Folder}");
        Assert.False(await PutAsync(2));
        Assert.Equal(DiskFixture.Content(100_000, 1), await _disk.GetAsync(KeyOf(1)));
        Assert.False(_disk.Tier.Totals.IsStoring);
        Assert.Contains("Read-only file system", Assert.Single(_disk.Messages), StringComparison.Ordinal);

        // What is purged stays purged, though its file can't be removed.
        Assert.Equal(1, _disk.Tier.Remove(KeyOf(1), isSoft: false));
        Assert.False(await _disk.HasAsync(KeyOf(1)));

        DiskFixture.Shell($"mount -o remount,rw {_disk.Folder}");
        _disk.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(await PutAsync(2));
        Assert.Equal(DiskFixture.Content(100_000, 2), await _disk.GetAsync(KeyOf(2)));
    }

    [Fact]
    public async Task Space_LessThanHasToStayFree_RemovesTheOldestAndStoresNothing()
    {
        for (int i = 0; i < 6; i++)
        {
            _disk.Time.Advance(TimeSpan.FromSeconds(1));
            Assert.True(await PutAsync(i));
        }

        _disk.Resize(_disk.Plan with { FreeBytesMin = 600_000 });
        DiskFixture.Until(() => _disk.Tier.Totals is { Objects: < 5, IsStoring: true });
        Assert.InRange(_disk.Tier.Totals.FreeBytes, 600_000, 800_000);
        Assert.False(await _disk.HasAsync(KeyOf(0)));
        Assert.True(await _disk.HasAsync(KeyOf(5)));

        // Somebody else takes the space.
        string other = Path.Combine(_disk.Folder, "other");
        File.WriteAllBytes(other, new byte[500_000]);
        DiskFixture.Until(() => _disk.Tier.Totals is { Objects: 0, IsStoring: false });
        Assert.Null(_disk.Tier.TryBegin(KeyOf(9), [], [], 10, DiskFixture.Forever, 0));
        Assert.Contains("have to stay free", _disk.Messages[^1], StringComparison.Ordinal);
        File.Delete(other);
        DiskFixture.Until(() => _disk.Tier.Totals.IsStoring);
        Assert.True(await PutAsync(9));
        Assert.Null(_disk.Tier.TryBegin(KeyOf(8), [], [], 500_000, DiskFixture.Forever, 0));
    }

    public void Dispose()
    {
        _disk.Close();
        DiskFixture.Shell($"umount -l {_disk.Folder}");
        _disk.Dispose();
    }

    private static byte[] KeyOf(int i) => DiskFixture.Key($"http://a.example/{i}");

    private Task<bool> PutAsync(int i) => _disk.PutAsync(KeyOf(i), DiskFixture.Content(100_000, i), saysLength: false);
}
