using System.Text;
using Sluice.Reactor.Files;
using Xunit;

namespace Sluice.Reactor.Tests.Files;

/// <summary>Opening below a folder, with the kernel's resolution and with the one that stands in for it.</summary>
public sealed class FileRootTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sl").FullName;
    private readonly Reactors _reactors = new();

    public FileRootTests()
    {
        Directory.CreateDirectory(At("root/sub/deep"));
        File.WriteAllText(At("secret"), "secret");
        File.WriteAllText(At("root/a"), "a");
        File.WriteAllText(At("root/sub/deep/b"), "bb");
        File.CreateSymbolicLink(At("root/inside"), "sub/../a");
        File.CreateSymbolicLink(At("root/out"), "../secret");
        File.CreateSymbolicLink(At("root/absolute"), At("root/a"));
        Directory.CreateSymbolicLink(At("root/folder"), "sub");
        Directory.CreateSymbolicLink(At("root/up"), "..");
        File.CreateSymbolicLink(At("root/magic"), "/proc/self/exe");
    }

    public void Dispose()
    {
        _reactors.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("a", FileOpening.Opened, FileOpening.Opened, FileOpening.Opened)]
    [InlineData("sub/deep/b", FileOpening.Opened, FileOpening.Opened, FileOpening.Opened)]
    [InlineData("sub/", FileOpening.Opened, FileOpening.Opened, FileOpening.Opened)]
    [InlineData("missing", FileOpening.Missing, FileOpening.Missing, FileOpening.Missing)]
    [InlineData("a/b", FileOpening.Missing, FileOpening.Missing, FileOpening.Missing)]
    [InlineData("inside", FileOpening.Opened, FileOpening.Missing, FileOpening.Opened)]
    [InlineData("folder/deep/b", FileOpening.Opened, FileOpening.Missing, FileOpening.Opened)]
    [InlineData("out", FileOpening.Missing, FileOpening.Missing, FileOpening.Opened)]
    [InlineData("absolute", FileOpening.Missing, FileOpening.Missing, FileOpening.Opened)]
    [InlineData("up/secret", FileOpening.Missing, FileOpening.Missing, FileOpening.Opened)]
    public async Task Open_FollowsWhatThePolicySays(string path, FileOpening inside, FileOpening none, FileOpening any)
    {
        Assert.Equal(inside, await OpenAsync(path, LinkPolicy.Inside, true));
        Assert.Equal(none, await OpenAsync(path, LinkPolicy.None, true));
        Assert.Equal(any, await OpenAsync(path, LinkPolicy.Any, true));

        // Without the kernel's help no link is followed, unless all are.
        Assert.Equal(none, await OpenAsync(path, LinkPolicy.Inside, false));
        Assert.Equal(none, await OpenAsync(path, LinkPolicy.None, false));
        Assert.Equal(any, await OpenAsync(path, LinkPolicy.Any, false));
    }

    [Fact]
    public async Task MagicLink_IsFollowedByNoPolicyOfTheKernel()
    {
        foreach (LinkPolicy policy in Enum.GetValues<LinkPolicy>())
        {
            Assert.Equal(FileOpening.Missing, await OpenAsync("magic", policy, true));
        }
    }

    // Even the superuser: the attribute has nothing that reads it.
    [Fact]
    public async Task WhatMayNotBeRead_IsRefused() =>
        Assert.Equal(FileOpening.Refused, await OpenAsync("drivers_probe", LinkPolicy.Inside, true, "/sys/bus/platform"));

    [Fact]
    public async Task Look_TellsWhatIsThere_AndLeavesNothingOpen()
    {
        int before = Directory.GetFiles("/proc/self/fd").Length;
        await _reactors.On(loop =>
        {
            _ = FileRoot.Open(loop, At("root"), LinkPolicy.Inside, out FileRoot? root);
            for (int i = 0; i < 100; i++)
            {
                Assert.Equal(FileOpening.Opened, root!.Look("sub/deep/b\0"u8, out FileStatus status));
                Assert.Equal((2UL, true), (status.SizeBytes, status.IsRegular));
                Assert.Equal(FileOpening.Opened, root!.Open("a\0"u8, out OpenedFile? file));
                file!.Release();
            }

            root!.Close();
            return true;
        });

        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length, 0, before + 20);
    }

    [Fact]
    public async Task Root_ThatIsNoFolder_IsNotOpened() =>
        Assert.Equal(
            (FileOpening.Missing, FileOpening.Missing),
            await _reactors.On(loop => (FileRoot.Open(loop, At("secret"), LinkPolicy.Inside, out _), FileRoot.Open(loop, At("none"), LinkPolicy.Inside, out _))));

    // A file system in memory doesn't tell what is in memory.
    [Theory]
    [InlineData(300_000)]
    [InlineData(2_000_000)]
    public async Task Content_IsReadWhereTheKernelDoesNotTell(int length)
    {
        string folder = Directory.CreateDirectory($"/dev/shm/sluice-{Guid.NewGuid():N}").FullName;
        byte[] content = new byte[length];
        new Random(2).NextBytes(content);
        await File.WriteAllBytesAsync(Path.Combine(folder, "large"), content);

        byte[] read = await ReadAsync(folder, content.Length);

        Directory.Delete(folder, recursive: true);
        Assert.Equal(content, read);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Content_IsReadWhetherInMemoryOrNot(bool isInMemory)
    {
        byte[] content = new byte[300_000];
        new Random(1).NextBytes(content);
        await File.WriteAllBytesAsync(At("root/large"), content);
        if (!isInMemory)
        {
            // What was written goes to the disk and out of memory.
            using var dd = System.Diagnostics.Process.Start("dd", [$"of={At("root/large")}", "oflag=nocache", "conv=notrunc,fdatasync", "count=0", "status=none"]);
            await dd.WaitForExitAsync();
        }

        Assert.Equal(content, await ReadAsync(At("root"), content.Length));
    }

    private Task<byte[]> ReadAsync(string folder, int length) => _reactors.OnAsync(async loop =>
    {
        _ = FileRoot.Open(loop, folder, LinkPolicy.Inside, out FileRoot? root);
        Assert.Equal(FileOpening.Opened, root!.Open("large\0"u8, out OpenedFile? file));
        var reader = new FileReader(loop);
        byte[] array = new byte[length];
        int done = 0;
        while (done < array.Length)
        {
            int count = await reader.ReadAsync(file!, array, done, Math.Min(32_768, array.Length - done), done);
            Assert.True(count > 0);
            done += count;
        }

        Assert.Equal(0, await reader.ReadAsync(file!, new byte[1], 0, 1, done));
        Assert.Equal(0, await reader.LoadAsync(file!, length, 0));
        file!.Release();
        root.Close();
        return array;
    });

    private string At(string name) => Path.Combine(_folder, name);

    private Task<FileOpening> OpenAsync(string path, LinkPolicy links, bool kernelResolves, string? root = null) => _reactors.On(loop =>
    {
        _ = FileRoot.Open(loop, root ?? At("root"), links, kernelResolves, out FileRoot? opened);
        FileOpening opening = opened!.Open(Encoding.UTF8.GetBytes(path + "\0"), out OpenedFile? file);
        Assert.Equal(opening == FileOpening.Opened, file is not null);
        file?.Release();
        opened.Close();
        return opening;
    });
}
