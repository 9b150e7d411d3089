using Sluice.Reactor.Files;

namespace Sluice.Cli.Tests;

public sealed class FormatTests : IDisposable
{
    private const string Messy = "listen:  \":8080\"\nroutes:\n- respond: ok   # fine\n";
    private const string Neat = "listen: \":8080\"\nroutes:\n  - respond: ok # fine\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Fmt_MessyFile_IsRewrittenWithItsMode()
    {
        string file = _folder.Write("a.yaml", Messy);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        ProcessResult result = await SluiceProcess.RunAsync("fmt", file);

        Assert.Equal((0, "", ""), (result.ExitCode, result.Output, result.Error));
        Assert.Equal(Neat, File.ReadAllText(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(file));
        Assert.Equal([file], Directory.GetFiles(_folder.Path, "*", new EnumerationOptions { AttributesToSkip = 0 }));
    }

    [Fact]
    public async Task Fmt_SymbolicLink_StaysOne()
    {
        string file = _folder.Write("a.yaml", Messy);
        string link = Path.Combine(_folder.Path, "link.yaml");
        File.CreateSymbolicLink(link, "a.yaml");

        Assert.Equal(0, (await SluiceProcess.RunAsync("fmt", link)).ExitCode);
        Assert.Equal("a.yaml", new FileInfo(link).LinkTarget);
        Assert.Equal(Neat, File.ReadAllText(file));
    }

    [Fact]
    public async Task Fmt_LinkWithoutItsFolder_IsFollowed()
    {
        string file = _folder.Write("a.yaml", Messy);
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "link.yaml"), "a.yaml");

        using SluiceProcess process = SluiceProcess.StartIn(_folder.Path, "fmt", "link.yaml");
        ProcessResult result = await process.WaitForExitAsync();

        Assert.Equal((0, "", ""), (result.ExitCode, result.Output, result.Error));
        Assert.Equal(Neat, File.ReadAllText(file));
        Assert.Equal("a.yaml", new FileInfo(Path.Combine(_folder.Path, "link.yaml")).LinkTarget);
    }

    [Fact]
    public async Task Fmt_FileOfAnotherUser_StaysTheirs()
    {
        // Another user's where this one may give files away, otherwise this one's own.
        string file = _folder.Write("a.yaml", Messy);
        uint user = Environment.IsPrivilegedProcess ? 12_345u : ProcessUser.Id;
        using (FileStream stream = File.OpenRead(file))
        {
            Assert.True(FileOwner.TrySet(stream.SafeFileHandle, user, FileStatus.Read(file)!.Value.GroupId));
        }

        Assert.Equal(0, (await SluiceProcess.RunAsync("fmt", file)).ExitCode);
        Assert.Equal((Neat, user), (File.ReadAllText(file), FileStatus.Read(file)!.Value.UserId));
    }

    [Fact]
    public async Task Fmt_Diff_PrintsAPatchAndEndsWith1()
    {
        string file = _folder.Write("a.yaml", Messy);

        ProcessResult result = await SluiceProcess.RunAsync("fmt", "--diff", file);

        Assert.Equal((1, ""), (result.ExitCode, result.Error));
        Assert.Equal(
            $"--- {file}\n+++ {file} (formatted)\n@@ -1,3 +1,3 @@\n-listen:  \":8080\"\n+listen: \":8080\"\n routes:\n-- respond: ok   # fine\n+  - respond: ok # fine\n",
            result.Output);
        Assert.Equal(Messy, File.ReadAllText(file));
    }

    [Theory]
    [InlineData(Messy, 1)]
    [InlineData(Neat, 0)]
    public async Task Fmt_Check_NamesWhatIsNotFormatted(string text, int exitCode)
    {
        string file = _folder.Write("a.yaml", text);

        ProcessResult result = await SluiceProcess.RunAsync("fmt", "--check", file);

        Assert.Equal((exitCode, exitCode == 1 ? file + "\n" : "", ""), (result.ExitCode, result.Output, result.Error));
        Assert.Equal(text, File.ReadAllText(file));
    }

    [Fact]
    public async Task Fmt_NeatFile_IsNotTouched()
    {
        string file = _folder.Write("a.yaml", Neat);
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);

        Assert.Equal(0, (await SluiceProcess.RunAsync("fmt", file)).ExitCode);
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(file));
    }

    [Fact]
    public async Task Fmt_BadFile_IsLeftAndSaysWhy()
    {
        string file = _folder.Write("a.yaml", "listen: [\n");

        ProcessResult result = await SluiceProcess.RunAsync("fmt", file);

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("error[SL0107]", result.Error, StringComparison.Ordinal);
        Assert.EndsWith($"sluice: {file} is left as it is\n", result.Error, StringComparison.Ordinal);
        Assert.Equal("listen: [\n", File.ReadAllText(file));
    }
}
