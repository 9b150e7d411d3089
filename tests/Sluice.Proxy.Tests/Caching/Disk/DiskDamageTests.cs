using System.Net.Sockets;
using System.Text;
using Sluice.Proxy.Caching.Disk;
using Sluice.Proxy.Caching.Tiers;
using Xunit;

namespace Sluice.Proxy.Tests.Caching.Disk;

/// <summary>Files that are not what was written: a miss, removed, counted, never served, and nothing outside of the folder is touched.</summary>
public sealed class DiskDamageTests : IDisposable
{
    private static readonly byte[] Key = DiskFixture.Key("http://a.example/x", "rest");

    private readonly DiskFixture _disk = new();
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    [Theory]
    [InlineData("empty")]
    [InlineData("truncated in the header")]
    [InlineData("truncated by one byte")]
    [InlineData("longer by one byte")]
    [InlineData("magic")]
    [InlineData("version")]
    [InlineData("length of the key")]
    [InlineData("size of the slots")]
    [InlineData("length of the content")]
    [InlineData("key")]
    [InlineData("metadata")]
    [InlineData("head")]
    [InlineData("text")]
    [InlineData("another object")]
    [InlineData("link to a file")]
    [InlineData("link to nothing")]
    [InlineData("folder")]
    [InlineData("pipe")]
    [InlineData("socket")]
    [InlineData("another owner")]
    public async Task File_Damaged_IsAMissAndRemoved(string kind)
    {
        await _disk.PutAsync(Key, DiskFixture.Content(100_000));
        string outside = Path.Combine(_disk.Folder, "outside");
        File.WriteAllText(outside, "outside");
        string file = _disk.FileOf(Key);
        await DamageAsync(kind, file, outside);

        Assert.Null(await _disk.FindAsync(Key));
        Assert.Equal(1, _disk.Tier.Totals.Damaged);
        Assert.False(Path.Exists(file) || new FileInfo(file).LinkTarget is not null);
        Assert.False(_disk.Tier.MayHold(Key));
        Assert.Equal("outside", File.ReadAllText(outside));
        Assert.True(await _disk.PutAsync(Key, DiskFixture.Content(5)));
        Assert.Equal(DiskFixture.Content(5), await _disk.GetAsync(Key));
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("truncated by one byte")]
    [InlineData("version")]
    [InlineData("head")]
    [InlineData("another object")]
    [InlineData("link to a file")]
    [InlineData("link to nothing")]
    [InlineData("folder")]
    [InlineData("pipe")]
    [InlineData("socket")]
    [InlineData("another owner")]
    public async Task File_DamagedWhileNobodyLooked_IsRemovedAtTheStart(string kind)
    {
        await _disk.PutAsync(Key, DiskFixture.Content(100_000));
        string outside = Path.Combine(_disk.Folder, "outside");
        File.WriteAllText(outside, "outside");
        string file = _disk.FileOf(Key);
        await DamageAsync(kind, file, outside);
        bool wasAnother = kind == "another object";

        _disk.Reopen();
        Assert.Equal(1, _disk.Tier.Totals.Damaged);
        Assert.Equal(wasAnother ? 1 : 0, _disk.Tier.Totals.Objects);
        Assert.False(Path.Exists(file) || new FileInfo(file).LinkTarget is not null);
        Assert.False(await _disk.HasAsync(Key));
        Assert.Equal("outside", File.ReadAllText(outside));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(131_071)]
    [InlineData(149_999)]
    public async Task Content_OneBitFlipped_BreaksOffThereAndRemovesTheObject(int at)
    {
        byte[] content = DiskFixture.Content(150_000);
        await _disk.PutAsync(Key, content);
        string file = _disk.FileOf(Key);
        int header = (int)(new FileInfo(file).Length - DiskLayout.ContentBytes(content.Length));
        Flip(file, (int)new DiskLayout(header, 0).PositionOf(at));

        ITierObject found = (await _disk.FindAsync(Key))!;
        var buffer = new byte[content.Length];
        int sound = at / DiskLayout.ChunkBytes * DiskLayout.ChunkBytes;
        int read = await found.ReadAsync(0, buffer, 0, buffer.Length);
        Assert.Equal(sound == 0 ? -1 : sound, read);
        Assert.True(content.AsSpan(0, sound).SequenceEqual(buffer.AsSpan(0, sound)));
        Assert.Equal(-1, await found.ReadAsync(at, buffer, 0, 1));
        found.Release();
        Assert.False(await _disk.HasAsync(Key));
        Assert.Equal(1, _disk.Tier.Totals.Damaged);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task File_AnyBitFlipped_ServesNothingWrong()
    {
        byte[] content = DiskFixture.Content(40);
        int served = 0;
        int length = 1;
        for (int i = 0; i < length; i++)
        {
            await _disk.PutAsync(Key, content, "head");
            byte[] bytes = File.ReadAllBytes(_disk.FileOf(Key));
            length = bytes.Length;
            bytes[i] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(_disk.FileOf(Key), bytes);
            ITierObject? found = await _disk.FindAsync(Key);
            if (found is null)
            {
                continue;
            }

            Assert.Equal("head", Encoding.ASCII.GetString(found.Head));
            Assert.Equal("meta" + new string('\0', 60), Encoding.ASCII.GetString(found.Meta));
            Assert.Equal(DiskFixture.Forever, found.UselessAfter);
            byte[]? read = await DiskFixture.ReadAsync(found);
            Assert.True(read is null || read.AsSpan().SequenceEqual(content));
            served += read is null ? 0 : 1;
            found.Release();
        }

        // What makes no difference to the object: the mark, and the slot that isn't used yet.
        Assert.Equal(sizeof(uint) + DiskHeader.SlotBytesFor("head".Length), served);
    }

    [Fact]
    public async Task Content_TruncatedWhileItIsRead_BreaksOff()
    {
        await _disk.PutAsync(Key, DiskFixture.Content(150_000));
        ITierObject found = (await _disk.FindAsync(Key))!;
        using (FileStream file = File.OpenWrite(_disk.FileOf(Key)))
        {
            file.SetLength(100_000);
        }

        var buffer = new byte[65_536];
        Assert.Equal(65_536, await found.ReadAsync(0, buffer, 0, buffer.Length));
        Assert.Equal(-1, await found.ReadAsync(65_536, buffer, 0, buffer.Length));
        found.Release();
        Assert.False(await _disk.HasAsync(Key));
    }

    [Fact]
    public async Task Folders_ThatAreLinks_LeadNowhere()
    {
        await _disk.PutAsync(Key, DiskFixture.Content(10));
        string file = _disk.FileOf(Key);
        string leaf = Path.GetDirectoryName(file)!;
        string first = Path.GetDirectoryName(leaf)!;
        string outside = Path.Combine(_disk.Folder, "outside");
        Directory.Move(first, outside);
        File.CreateSymbolicLink(first, outside);

        // Not even if what it leads to is right.
        Assert.False(await _disk.HasAsync(Key));
        Assert.True(await _disk.PutAsync(Key, DiskFixture.Content(20)));
        Assert.Equal(DiskFixture.Content(20), await _disk.GetAsync(Key));
        Assert.Null(new DirectoryInfo(first).LinkTarget);
        Assert.Single(Directory.GetFiles(outside, "*", SearchOption.AllDirectories));

        Directory.Delete(first, recursive: true);
        File.CreateSymbolicLink(first, outside);
        _disk.Reopen();
        Assert.Equal(0, _disk.Tier.Totals.Objects);
        Assert.False(Path.Exists(first));
        Assert.Single(Directory.GetFiles(outside, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Strangers_InTheFolder_AreRemovedAtTheStart()
    {
        _disk.Close();
        string leaf = Path.Combine(_disk.Folder, "objects", "ab", "cd");
        Directory.CreateDirectory(leaf);
        File.WriteAllText(Path.Combine(_disk.Folder, "objects", "file"), "x");
        File.WriteAllText(Path.Combine(_disk.Folder, "objects", "ab", "zz"), "x");
        File.WriteAllText(Path.Combine(leaf, "core"), "x");
        File.WriteAllText(Path.Combine(leaf, new string('0', 32)), "x");
        File.WriteAllText(Path.Combine(leaf, "ABCD" + new string('0', 28)), "x");
        File.WriteAllText(Path.Combine(leaf, "abcd" + new string('0', 28)), "x");
        _disk.Reopen();
        Assert.Equal(6, _disk.Tier.Totals.Damaged);
        Assert.Empty(Directory.GetFiles(Path.Combine(_disk.Folder, "objects"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Folder_ThatIsNotEmptyInPlaceOfAFile_OnlyCostsThatObject()
    {
        string file = _disk.FileOf(Key);
        Directory.CreateDirectory(Path.Combine(file, "below"));
        Assert.False(await _disk.PutAsync(Key, DiskFixture.Content(10)));
        Assert.True(_disk.Tier.Totals.IsStoring);
        Assert.True(await _disk.PutAsync(DiskFixture.Key("http://a.example/y"), DiskFixture.Content(10)));
        Assert.Empty(_disk.TempFiles());
    }

    public void Dispose()
    {
        _socket.Dispose();
        _disk.Dispose();
    }

    private static void Flip(string file, int at)
    {
        byte[] bytes = File.ReadAllBytes(file);
        bytes[at] ^= 0x10;
        File.WriteAllBytes(file, bytes);
    }

    private async Task DamageAsync(string kind, string file, string outside)
    {
        byte[] bytes = File.ReadAllBytes(file);
        int slot = 64 + Key.Length;
        switch (kind)
        {
            case "empty":
                File.WriteAllBytes(file, []);
                break;
            case "truncated in the header":
                File.WriteAllBytes(file, bytes[..50]);
                break;
            case "truncated by one byte":
                File.WriteAllBytes(file, bytes[..^1]);
                break;
            case "longer by one byte":
                File.WriteAllBytes(file, [.. bytes, 0]);
                break;
            case "text":
                File.WriteAllText(file, new string('x', 5000));
                break;
            case "another object":
                byte[] other = DiskFixture.Key("http://a.example/other");
                await _disk.PutAsync(other, DiskFixture.Content(10));
                File.Copy(_disk.FileOf(other), file, overwrite: true);
                break;
            case "another owner":
                DiskFixture.Shell($"chown 12345 {file}");
                break;
            case "link to a file" or "link to nothing" or "folder" or "pipe" or "socket":
                Replace(kind, file, outside);
                break;
            default:
                Flip(file, kind switch
                {
                    "magic" => 3,
                    "version" => 8,
                    "length of the key" => 12,
                    "size of the slots" => 17,
                    "length of the content" => 24,
                    "key" => 70,
                    "metadata" => slot + 40,
                    "head" => slot + 97,
                    _ => throw new ArgumentException(kind),
                });
                break;
        }
    }

    private void Replace(string kind, string file, string outside)
    {
        File.Delete(file);
        switch (kind)
        {
            case "folder":
                Directory.CreateDirectory(file);
                break;
            case "pipe":
                DiskFixture.Shell($"mkfifo {file}");
                break;
            case "socket":
                _socket.Bind(new UnixDomainSocketEndPoint(file));
                break;
            default:
                File.CreateSymbolicLink(file, kind == "link to nothing" ? outside + "-nothing" : outside);
                break;
        }
    }
}
