using System.Text.Json;

namespace Sluice.Cli.Tests;

public sealed class LintTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Lint_NothingToSay_EndsWith0()
    {
        string file = _folder.Write("good.yaml", "listen: \"127.0.0.1:8080\"\nroutes: [{ proxy: http://a }]\n");

        ProcessResult result = await SluiceProcess.RunAsync("lint", file);

        Assert.Equal((0, $"{file}: nothing to say\n", ""), (result.ExitCode, result.Output, result.Error));
    }

    [Fact]
    public async Task Lint_Advice_IsSaidAndEndsWith1()
    {
        string file = _folder.Write("advice.yaml", "listen: \":8080\"\nroutes: [{ proxy: http://a }]\n");

        ProcessResult result = await SluiceProcess.RunAsync("lint", file);

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("warning[SL0501]: one client can take every connection of `:8080`\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lint_AsJson_HasTheSame()
    {
        string file = _folder.Write("advice.yaml", "listen: \":8080\"\nroutes: [{ proxy: http://a }]\n");

        ProcessResult result = await SluiceProcess.RunAsync("lint", file, "--json");

        Assert.Equal((1, ""), (result.ExitCode, result.Error));
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Equal("SL0501", json.RootElement.GetProperty("findings")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task Lint_Error_IsSaidAndEndsWith1()
    {
        string file = _folder.Write("bad.yaml", "listen: \":8080\"\n");

        ProcessResult result = await SluiceProcess.RunAsync("lint", file);

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("error[SL0204]", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("SL0501", result.Error, StringComparison.Ordinal);
    }
}
