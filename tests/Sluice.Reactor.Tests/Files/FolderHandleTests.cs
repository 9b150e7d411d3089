using System.Text;
using Microsoft.Win32.SafeHandles;
using Sluice.Reactor.Files;
using Xunit;

namespace Sluice.Reactor.Tests.Files;

public sealed class FolderHandleTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("sluice-folder-").FullName;
    private readonly FolderHandle _folder;

    public FolderHandleTests() => _folder = FolderHandle.Open(_path, out _)!;

    [Fact]
    public void File_MadeWrittenAndMoved_IsReadBack()
    {
        byte[] content = [.. Enumerable.Range(0, 200_000).Select(static i => (byte)i)];
        using (SafeFileHandle file = _folder.CreateFile("new"u8, out FileError error)!)
        {
            Assert.False(error.HasFailed);
            Assert.False(FileContent.Write(file, content, 100).HasFailed);
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_path, "new")));
        Assert.False(_folder.MakeFolder("below"u8).HasFailed);
        using FolderHandle below = _folder.OpenFolder("below"u8, out _)!;
        Assert.False(_folder.Move("new"u8, below, "moved"u8).HasFailed);
        using SafeFileHandle read = below.OpenFile("moved"u8, writes: false, out _)!;
        var buffer = new byte[content.Length];
        Assert.Equal(buffer.Length, FileContent.Read(read, buffer, 100));
        Assert.Equal(content, buffer);
        Assert.Equal(50, FileContent.Read(read, buffer, content.Length + 50));
        Assert.True(FileContent.ReadBoth(read, buffer.AsSpan(0, 1000), buffer.AsSpan(5000, 8), 100));
        Assert.True(content.AsSpan(0, 1000).SequenceEqual(buffer.AsSpan(0, 1000)));
        Assert.True(content.AsSpan(1000, 8).SequenceEqual(buffer.AsSpan(5000, 8)));
        Assert.False(FileContent.ReadBoth(read, buffer.AsSpan(0, 1000), buffer.AsSpan(5000, 8), content.Length));
        Assert.True(FileContent.Write(read, content, 0).HasFailed);
    }

    [Fact]
    public void Links_AreNeverFollowed()
    {
        string outside = Directory.CreateTempSubdirectory("sluice-outside-").FullName;
        File.WriteAllText(Path.Combine(outside, "file"), "outside");
        File.CreateSymbolicLink(Path.Combine(_path, "folder"), outside);
        File.CreateSymbolicLink(Path.Combine(_path, "file"), Path.Combine(outside, "file"));

        Assert.Null(_folder.OpenFolder("folder"u8, out FileError error));
        Assert.True(error.IsOtherKind);
        Assert.Null(_folder.OpenFile("file"u8, writes: false, out error));
        Assert.True(error.IsOtherKind);
        Assert.Null(_folder.CreateFile("file"u8, out error));
        Assert.True(error.IsExisting);
        Assert.True(_folder.StatusOf("file"u8) is { IsLink: true });
        Assert.False(_folder.Remove("file"u8).HasFailed);
        Assert.False(_folder.Remove("folder"u8).HasFailed);
        Assert.Equal("outside", File.ReadAllText(Path.Combine(outside, "file")));
        Directory.Delete(outside, recursive: true);
    }

    [Fact]
    public void Names_ThatAreMissingOrOfAnotherKind_AreToldApart()
    {
        Assert.Null(_folder.OpenFile("nothing"u8, writes: false, out FileError error));
        Assert.True(error is { IsMissing: true, IsOtherKind: false });
        Assert.Contains("No such file", error.ToString(), StringComparison.Ordinal);
        Assert.True(_folder.Remove("nothing"u8).IsMissing);
        Assert.Null(_folder.StatusOf("nothing"u8));
        _folder.MakeFolder("full"u8);
        Assert.True(_folder.MakeFolder("full"u8).IsExisting);
        File.WriteAllText(Path.Combine(_path, "full", "file"), "x");
        Assert.Null(_folder.OpenFile("full"u8, writes: true, out error));
        Assert.True(error.IsOtherKind);
        Assert.True(_folder.Remove("full"u8).IsOtherKind);
        Assert.Null(FolderHandle.Open(Path.Combine(_path, "nothing"), out error));
        Assert.True(error.IsMissing);
        Assert.Null(FolderHandle.Open(Path.Combine(_path, "full", "file"), out error));
        Assert.True(error.IsOtherKind);
    }

    [Fact]
    public void Names_OfManyFiles_AreAllListed()
    {
        string[] names = [.. Enumerable.Range(0, 3000).Select(static i => $"file-{i}-é")];
        foreach (string name in names)
        {
            File.WriteAllText(Path.Combine(_path, name), "");
        }

        var listed = new List<byte[]>();
        Assert.False(_folder.List(listed).HasFailed);
        Assert.Equal(names.Order(StringComparer.Ordinal), listed.Select(Encoding.UTF8.GetString).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Lock_HeldByAnother_Fails()
    {
        Assert.False(_folder.Lock().HasFailed);
        using (FolderHandle other = FolderHandle.Open(_path, out _)!)
        {
            Assert.True(other.Lock().HasFailed);
        }

        _folder.Dispose();
        using FolderHandle later = FolderHandle.Open(_path, out _)!;
        Assert.False(later.Lock().HasFailed);
    }

    [Fact]
    public void FreeBytes_AreThoseOfTheFileSystem()
    {
        long expected = new DriveInfo(_path).AvailableFreeSpace;
        Assert.InRange(_folder.FreeBytes(), expected - (expected / 4), expected + (expected / 4));
    }

    [Fact]
    public void Modified_Set_IsRead()
    {
        using SafeFileHandle file = _folder.CreateFile("file"u8, out _)!;
        Assert.False(FileContent.SetModified(file, 1_000_000_000).HasFailed);
        FileStatus status = FileStatus.Read(file)!.Value;
        Assert.Equal(1_000_000_000, status.ModifiedSeconds);
        Assert.True(status is { IsRegular: true, IsFolder: false });
        Assert.Equal(ProcessUser.Id, status.UserId);
    }

    public void Dispose()
    {
        _folder.Dispose();
        Directory.Delete(_path, recursive: true);
    }
}
