namespace Sluice.Admin.Watching;

/// <summary>Stamps differ exactly when something on the way to a file, or the file, is another.</summary>
public sealed class FileStampsTests : IDisposable
{
    private readonly Tests.TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("nothing", true)]
    [InlineData("content", false)]
    [InlineData("time", false)]
    [InlineData("mode", false)]
    [InlineData("replaced", false)]
    [InlineData("deleted", false)]
    [InlineData("link's target", false)]
    [InlineData("link's own target", false)]
    [InlineData("folder link's target", false)]
    [InlineData("what was missing", false)]
    public void Stamps_AfterAChange_Differ(string change, bool isSame)
    {
        string[] paths = Prepare();
        FileStamps before = FileStamps.Take(paths);

        Make(change);

        Assert.Equal(isSame, FileStamps.Take(paths).Equals(before));
    }

    [Fact]
    public void Folders_AreThoseOfFilesAndLinks_AndWatchedOnes()
    {
        string[] paths = [.. Prepare(), _folder.PathOf("real")];

        Assert.Equal(
            new[] { _folder.Path, _folder.PathOf("missing"), _folder.PathOf("real") }.Order(StringComparer.Ordinal),
            FileStamps.Take(paths).Folders);
    }

    // A file, a link to one, a file behind a link to its folder, and one that isn't there.
    private string[] Prepare()
    {
        string file = _folder.Write("file", "one");
        Directory.CreateDirectory(_folder.PathOf("real"));
        Directory.CreateDirectory(_folder.PathOf("other"));
        _folder.Write("real/inner", "one");
        _folder.Write("other/inner", "one");
        File.CreateSymbolicLink(_folder.PathOf("link"), "real/inner");
        File.CreateSymbolicLink(_folder.PathOf("way"), "real");
        return [file, _folder.PathOf("link"), _folder.PathOf("way/inner"), _folder.PathOf("missing/inner")];
    }

    private void Make(string change)
    {
        string file = _folder.PathOf("file");
        switch (change)
        {
            case "content":
                File.WriteAllText(file, "three");
                break;
            case "time":
                File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-1));
                break;
            case "mode":
                File.SetUnixFileMode(file, UnixFileMode.UserRead);
                break;
            case "replaced":
                string fresh = _folder.Write("fresh", "one");
                File.SetLastWriteTimeUtc(fresh, File.GetLastWriteTimeUtc(file));
                File.Move(fresh, file, overwrite: true);
                break;
            case "deleted":
                File.Delete(file);
                break;
            case "link's target":
                File.WriteAllText(_folder.PathOf("real/inner"), "three");
                break;
            case "link's own target":
                File.Delete(_folder.PathOf("link"));
                File.CreateSymbolicLink(_folder.PathOf("link"), "other/inner");
                break;
            case "folder link's target":
                File.Delete(_folder.PathOf("way"));
                File.CreateSymbolicLink(_folder.PathOf("way"), "other");
                break;
            case "what was missing":
                Directory.CreateDirectory(_folder.PathOf("missing"));
                _folder.Write("missing/inner", "");
                break;
        }
    }
}
