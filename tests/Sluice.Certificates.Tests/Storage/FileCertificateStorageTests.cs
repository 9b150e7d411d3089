using System.Text;
using Sluice.Certificates.Storage;

namespace Sluice.Certificates.Tests.Storage;

public class FileCertificateStorageTests
{
    [Fact]
    public async Task Content_WrittenAndReplaced_IsReadWhole()
    {
        using var folder = new TemporaryFolder();
        var storage = new FileCertificateStorage(folder["new/storage"], TimeProvider.System);

        Assert.Null(await storage.ReadAsync("certificates/a/b.pem", default));
        Assert.Null(await storage.FindVersionAsync("certificates/a/b.pem", default));
        await storage.WriteAsync("certificates/a/b.pem", "one"u8.ToArray(), default);
        string? first = await storage.FindVersionAsync("certificates/a/b.pem", default);
        await storage.WriteAsync("certificates/a/b.pem", "second"u8.ToArray(), default);

        Assert.Equal("second", Encoding.ASCII.GetString((await storage.ReadAsync("certificates/a/b.pem", default))!));
        Assert.NotEqual(first, await storage.FindVersionAsync("certificates/a/b.pem", default));
        Assert.Equal(["certificates/a/b.pem"], await storage.ListAsync("certificates", default));
        Assert.Single(Directory.GetFiles(storage.Folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }));
        await storage.DeleteAsync("certificates/a/b.pem", default);
        await storage.DeleteAsync("certificates/a/b.pem", default);
        await storage.DeleteAsync("certificates/nothing/here", default);
        Assert.Empty(await storage.ListAsync("certificates", default));
        Assert.Empty(await storage.ListAsync("nothing", default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("../outside")]
    [InlineData("a/../../outside")]
    [InlineData("a//b")]
    [InlineData("a/./b")]
    [InlineData("a/")]
    [InlineData(".hidden")]
    [InlineData("a\0b")]
    [InlineData("a\\b")]
    [InlineData("a b")]
    public async Task Key_ThatCouldLeadElsewhere_IsRefused(string key)
    {
        using var folder = new TemporaryFolder();
        var storage = new FileCertificateStorage(folder["storage"], TimeProvider.System);

        await Assert.ThrowsAsync<CertificateException>(() => storage.WriteAsync(key, "x"u8.ToArray(), default));
        await Assert.ThrowsAsync<CertificateException>(() => storage.ReadAsync(key, default));
        await Assert.ThrowsAsync<CertificateException>(() => storage.DeleteAsync(key, default));
        Assert.False(Directory.Exists(storage.Folder));
    }

    [Theory]
    [InlineData("Example.COM", "example.com")]
    [InlineData("*.example.com", "wildcard_.example.com")]
    [InlineData("2001:db8::1", "2001_db8__1")]
    [InlineData("../../etc", "_2e._2f.._2fetc")]
    [InlineData("a_b", "a_5fb")]
    [InlineData("bücher.example", "b_c3_bccher.example")]
    public void Segment_OfAName_IsReadableAndAKey(string name, string expected)
    {
        Assert.Equal(expected, StorageKeys.SegmentOf(name));
        Assert.True(StorageKeys.IsValid(expected));
    }

    [Fact]
    public void Segment_OfAnyName_IsAValidKey()
    {
        var random = new Random(4);
        for (int round = 0; round < 2000; round++)
        {
            string name = new([.. Enumerable.Range(0, random.Next(0, 300)).Select(_ => (char)random.Next(0, 0x250))]);
            string segment = StorageKeys.SegmentOf(name);
            Assert.True(StorageKeys.IsValid(segment) && !segment.Contains('/', StringComparison.Ordinal), name);
        }
    }

    [Fact]
    public async Task Writers_AtOnce_NeverLeaveAMixture()
    {
        using var folder = new TemporaryFolder();
        var storage = new FileCertificateStorage(folder["storage"], TimeProvider.System);
        byte[][] contents = [.. Enumerable.Range(0, 4).Select(index => Enumerable.Repeat((byte)('a' + index), 20_000 + index).ToArray())];
        await storage.WriteAsync("key", contents[0], default);

        Task[] writers = [.. contents.Select(content => Task.Run(async () =>
        {
            for (int round = 0; round < 20; round++)
            {
                await storage.WriteAsync("key", content, default);
            }
        }))];
        while (!Task.WhenAll(writers).IsCompleted)
        {
            byte[] read = (await storage.ReadAsync("key", default))!;
            Assert.Contains(contents, content => content.AsSpan().SequenceEqual(read));
        }

        await Task.WhenAll(writers);
    }

    [Fact]
    public async Task Folder_ThatIsAFile_FailsTheWriteTest()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["storage"], "");
        var storage = new FileCertificateStorage(folder["storage"], TimeProvider.System);

        CertificateException failure = await Assert.ThrowsAsync<CertificateException>(() => storage.CheckWritableAsync(default));
        Assert.Contains(folder["storage"], failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteTest_OfAGoodFolder_LeavesNothing()
    {
        using var folder = new TemporaryFolder();
        var storage = new FileCertificateStorage(folder["storage"], TimeProvider.System);

        await storage.CheckWritableAsync(default);

        Assert.Empty(Directory.GetFileSystemEntries(storage.Folder));
    }
}
