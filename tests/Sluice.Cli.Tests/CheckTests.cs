namespace Sluice.Cli.Tests;

public sealed class CheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Check_GoodFile_SaysOkAndEndsWith0()
    {
        string file = _folder.Write("good.yaml", "listen: \":8080\"\nroutes: [{ proxy: api }]\nupstreams: { api: [http://a, http://b] }\n");

        ProcessResult result = await SluiceProcess.RunAsync("check", file);

        Assert.Equal((0, $"{file}: ok (1 listener, 1 route, 1 upstream with 2 servers)\n", ""), (result.ExitCode, result.Output, result.Error));
    }

    [Fact]
    public async Task Check_BadFile_SaysAllThatIsWrongAndEndsWith1()
    {
        string file = _folder.Write("bad.yaml", "listen: \":8080\"\nroutes:\n  - prxy: http://a\nworkers: 0\n");

        ProcessResult result = await SluiceProcess.RunAsync("check", file);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.Equal(
            $"""
            error[SL0203]: unknown option `prxy`
             --> {file}:3:5
              |
            2 | routes:
            3 |   - prxy: http://a
              |     ^^^^ did you mean `proxy`?
              |
              = valid here: match, proxy, respond, name

            error[SL0305]: `0` is out of range
             --> {file}:4:10
              |
            3 |   - prxy: http://a
            4 | workers: 0
              |          ^ 1 to 1024
              |

            2 errors, 0 warnings

            """,
            result.Error);
    }

    [Fact]
    public async Task Check_Warning_IsSaidAndEndsWith0()
    {
        string file = _folder.Write("warn.yaml", "listen: \":8080\"\nroutes: [{ respond: ok }]\nupstreams: { idle: [http://a] }\n");

        ProcessResult result = await SluiceProcess.RunAsync("check", file);

        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith(file + ": ok", result.Output, StringComparison.Ordinal);
        Assert.Contains("warning[SL0403]", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_MissingFile_EndsWith1()
    {
        ProcessResult result = await SluiceProcess.RunAsync("check", "/nowhere/sluice.yaml");

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("error[SL0101]: can't read `/nowhere/sluice.yaml`: no such file\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_NoTerminal_UsesNoColors()
    {
        ProcessResult result = await SluiceProcess.RunAsync("check", "/nowhere/sluice.yaml");

        Assert.DoesNotContain('\u001b', result.Error);
    }
}
