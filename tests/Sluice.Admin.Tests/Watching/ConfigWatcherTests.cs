using System.Diagnostics;
using System.Threading.Channels;

namespace Sluice.Admin.Watching;

/// <summary>Each way in which files change, once with the kernel's events alone, and once by looking alone.</summary>
public sealed class ConfigWatcherTests : IDisposable
{
    private const int PieceCount = 20;
    private const int RoundsMax = 20;

    // The pieces together take twice as long as must be quiet, and each may come 400 ms late.
    private static readonly TimeSpan PieceGap = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(20);

    private readonly Tests.TemporaryFolder _folder = new();
    private readonly Channel<string> _changes = Channel.CreateUnbounded<string>();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task File_WrittenInPlace_IsTold(bool byEvents)
    {
        string file = _folder.Write("a.yaml", "one");

        // The same size; and the file system's clock may tick too slowly to tell it from what is written at once.
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddMinutes(-1));
        using ConfigWatcher watcher = Watch(byEvents, file);

        File.WriteAllText(file, "two");

        await ExpectWrittenAsync("two");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task File_ReplacedByRenameWithSameSizeAndTime_IsTold(bool byEvents)
    {
        string file = _folder.Write("a.yaml", "one");
        string fresh = _folder.Write("b.yaml", "two");
        File.SetLastWriteTimeUtc(fresh, File.GetLastWriteTimeUtc(file));
        using ConfigWatcher watcher = Watch(byEvents, file);

        File.Move(fresh, file, overwrite: true);

        Assert.Equal("two", await NextAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task File_DeletedAndMadeAgain_IsToldBothTimes(bool byEvents)
    {
        string file = _folder.Write("a.yaml", "one");
        using ConfigWatcher watcher = Watch(byEvents, file);

        File.Delete(file);
        Assert.Equal("missing", await NextAsync());
        File.WriteAllText(file, "one");

        await ExpectWrittenAsync("one");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Link_SwappedAsKubernetesDoes_IsTold(bool byEvents)
    {
        WriteVersion("..v1", "one");
        File.CreateSymbolicLink(_folder.PathOf("..data"), "..v1");
        File.CreateSymbolicLink(_folder.PathOf("a.yaml"), "..data/a.yaml");
        using ConfigWatcher watcher = Watch(byEvents, _folder.PathOf("a.yaml"));

        foreach (string text in new[] { "two", "three" })
        {
            WriteVersion("..v" + text, text);
            File.CreateSymbolicLink(_folder.PathOf("..data_tmp"), "..v" + text);
            await RenameOverAsync("..data_tmp", "..data");
            Assert.Equal(text, await NextAsync());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FolderOnTheWay_SwappedLink_IsTold(bool byEvents)
    {
        WriteVersion("v1", "one");
        WriteVersion("v2", "two");
        File.CreateSymbolicLink(_folder.PathOf("current"), "v1");
        using ConfigWatcher watcher = Watch(byEvents, _folder.PathOf("current/a.yaml"));

        File.CreateSymbolicLink(_folder.PathOf("next"), "v2");
        await RenameOverAsync("next", "current");

        Assert.Equal("two", await NextAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task File_WrittenInPieces_IsToldOnceWhenItIsWhole(bool byEvents)
    {
        string file = _folder.Write("a.yaml", "");
        var quiet = TimeSpan.FromSeconds(1);
        using ConfigWatcher watcher = Watch(byEvents, quiet, IntervalOf(byEvents), file);

        // Each piece well within the time that must be quiet, all of them together well beyond it; unless the machine does something else in between, and then once more.
        string text = "";
        for (bool isInTime = false; !isInTime;)
        {
            Assert.True(text.Length < RoundsMax * PieceCount, "The machine is too busy.");
            isInTime = await WritePiecesAsync(file, quiet / 2);
            text += new string('x', PieceCount);
            string told = await NextAsync();
            Assert.True(told == text || !isInTime, $"{told.Length} of {text.Length} pieces were told.");
            while (told != text)
            {
                told = await NextAsync();
            }
        }

        File.WriteAllText(file, "end");
        await ExpectWrittenAsync("end");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Folder_BackupsOfEditors_AreNotTold(bool byEvents)
    {
        string file = _folder.Write("a.yaml", "one");
        using ConfigWatcher watcher = Watch(byEvents, file, _folder.Path);

        _folder.Write("a.yaml~", "one");
        _folder.Write(".a.yaml.swp", "one");
        _folder.Write("#a.yaml#", "one");
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow);
        string other = _folder.Write("b.yaml", "more");

        // The only change that counts is the last one: whatever was told before would come first.
        Assert.Equal("one+b.yaml", await NextAsync(withNames: true));
        File.Delete(other);
        Assert.Equal("one+", await NextAsync(withNames: true));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Folder_GoneAndBack_IsWatchedOn(bool byEvents)
    {
        WriteVersion("conf", "one");

        // Where the folder itself is gone, no event can tell of its return: that takes a look.
        using ConfigWatcher watcher = Watch(byEvents, TimeSpan.FromMilliseconds(50), _folder.PathOf("conf/a.yaml"));

        Directory.Delete(_folder.PathOf("conf"), recursive: true);
        Assert.Equal("missing", await NextAsync());
        WriteVersion("conf", "two");
        await ExpectWrittenAsync("two");
        File.WriteAllText(_folder.PathOf("conf/a.yaml"), "three");

        await ExpectWrittenAsync("three");
    }

    [Fact]
    public async Task Files_ChangedBeforeTheStart_AreToldAtOnce()
    {
        string file = _folder.Write("a.yaml", "one");
        using ConfigWatcher watcher = ConfigWatcher.Start(
            () => [file], () => TellAsync(file), new WatchTiming { PollInterval = TimeSpan.FromHours(1) }, () => true);

        Assert.Equal("one", await NextAsync());
    }

    [Fact]
    public void Events_Wanted_ComeFromEachFolderOnTheWay()
    {
        WriteVersion("..v1", "one");
        File.CreateSymbolicLink(_folder.PathOf("..data"), "..v1");
        File.CreateSymbolicLink(_folder.PathOf("a.yaml"), "..data/a.yaml");
        using ConfigWatcher watched = Watch(byEvents: true, _folder.PathOf("a.yaml"));
        using ConfigWatcher polled = Watch(byEvents: false, _folder.PathOf("a.yaml"));

        Assert.Equal((2, 0), (watched.WatchedFolderCount, polled.WatchedFolderCount));
    }

    [Fact]
    public void Links_InACircle_AreFollowedToAnEnd()
    {
        File.CreateSymbolicLink(_folder.PathOf("a"), "b");
        File.CreateSymbolicLink(_folder.PathOf("b"), "a");

        Assert.EndsWith("|missing", LinkChain.Follow(_folder.PathOf("a")).Stamp, StringComparison.Ordinal);
    }

    private static TimeSpan IntervalOf(bool byEvents) => byEvents ? TimeSpan.FromHours(1) : TimeSpan.FromMilliseconds(20);

    private ConfigWatcher Watch(bool byEvents, params string[] paths) =>
        Watch(byEvents, IntervalOf(byEvents), paths);

    private ConfigWatcher Watch(bool byEvents, TimeSpan interval, params string[] paths) => Watch(byEvents, new WatchTiming().Quiet, interval, paths);

    private ConfigWatcher Watch(bool byEvents, TimeSpan quiet, TimeSpan interval, params string[] paths) =>
        ConfigWatcher.Start(() => paths, () => TellAsync(paths[0]), new WatchTiming { UsesEvents = byEvents, Quiet = quiet, PollInterval = interval });

    private async Task TellAsync(string file)
    {
        string text = File.Exists(file) ? await File.ReadAllTextAsync(file) : "missing";
        await _changes.Writer.WriteAsync(text);
    }

    private async Task<string> NextAsync(bool withNames = false)
    {
        using var deadline = new CancellationTokenSource(TimeMax);
        string text = await _changes.Reader.ReadAsync(deadline.Token);
        return withNames ? $"{text}+{(File.Exists(_folder.PathOf("b.yaml")) ? "b.yaml" : "")}" : text;
    }

    // A file that is opened to be written is empty at first, and told as that where the machine does something else for as long as must be quiet.
    private async Task ExpectWrittenAsync(string text)
    {
        string told = await NextAsync();
        Assert.Equal(text, told.Length == 0 ? await NextAsync() : told);
    }

    // Whether none of them came late.
    private static async Task<bool> WritePiecesAsync(string file, TimeSpan gapMax)
    {
        bool isInTime = true;
        for (int piece = 0; piece < PieceCount; piece++)
        {
            long start = Stopwatch.GetTimestamp();
            await File.AppendAllTextAsync(file, "x");
            await Task.Delay(PieceGap);
            isInTime &= Stopwatch.GetElapsedTime(start) < gapMax;
        }

        return isInTime;
    }

    // File.Move looks at where a link points; rename(2) moves the link itself.
    private async Task RenameOverAsync(string from, string to)
    {
        using Process move = Process.Start("mv", ["-T", _folder.PathOf(from), _folder.PathOf(to)]);
        await move.WaitForExitAsync();
        Assert.Equal(0, move.ExitCode);
    }

    private void WriteVersion(string folder, string text)
    {
        Directory.CreateDirectory(_folder.PathOf(folder));
        File.WriteAllText(Path.Combine(_folder.PathOf(folder), "a.yaml"), text);
    }
}
