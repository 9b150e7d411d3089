using System.Text.Json;

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
        string file = _folder.Write("bad.yaml", "listen: \":8080\"\nroutes: [{ proxy: http://a }]\nforwarded: { vai: true }\nworkers: 0\n");

        ProcessResult result = await SluiceProcess.RunAsync("check", file);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.Equal(
            $$"""
            error[SL0203]: unknown option `vai`
             --> {{file}}:3:14
              |
            2 | routes: [{ proxy: http://a }]
            3 | forwarded: { vai: true }
              |              ^^^ did you mean `via`?
              |
              = valid here: x_forwarded, rfc7239, via, client_certificate
              = more: sluice explain SL0203

            error[SL0305]: `0` is out of range
             --> {{file}}:4:10
              |
            3 | forwarded: { vai: true }
            4 | workers: 0
              |          ^ 1 to 1024
              |
              = more: sluice explain SL0305

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

    [Theory]
    [InlineData("check", "-c")]
    [InlineData("-t", "-c")]
    [InlineData("--test", "--config")]
    [InlineData("-tc")]
    public async Task Check_OtherWaysToAsk_AreTheSame(params string[] arguments)
    {
        string file = _folder.Write("good.yaml", "listen: \":8080\"\nroutes: [{ respond: ok }]\n");

        ProcessResult result = await SluiceProcess.RunAsync([.. arguments, file]);

        Assert.Equal((0, $"{file}: ok (1 listener, 1 route, 0 upstreams with 0 servers)\n", ""), (result.ExitCode, result.Output, result.Error));
    }

    [Theory]
    [InlineData("check")]
    [InlineData("-t")]
    public async Task Check_NoFileNamed_TakesTheOneInTheFolder(string argument)
    {
        _folder.Write("sluice.yaml", "listen: \":8080\"\nroutes: [{ respond: ok }]\n");
        using SluiceProcess sluice = SluiceProcess.StartIn(_folder.Path, argument);

        Assert.StartsWith("./sluice.yaml: ok", (await sluice.WaitForExitAsync()).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_AsJson_HasEveryFinding()
    {
        string file = _folder.Write("bad.yaml", "routes: [{ respond: \u00e9 }]\nshutdown:\n  grce: 1s\nlisten: \":8080\"\nworkers: 0\nworkers: 1\n");

        ProcessResult result = await SluiceProcess.RunAsync("check", file, "--json");

        Assert.Equal((1, ""), (result.ExitCode, result.Error));
        JsonElement json = JsonDocument.Parse(result.Output).RootElement;
        Assert.False(json.GetProperty("ok").GetBoolean());
        Assert.Equal(file, json.GetProperty("file").GetString());
        JsonElement[] findings = [.. json.GetProperty("findings").EnumerateArray()];
        Assert.Equal(["SL0203", "SL0305", "SL0202"], findings.Select(finding => finding.GetProperty("code").GetString()));
        Assert.Equal(
            $$"""{"code":"SL0203","severity":"error","file":"{{file}}","line":3,"column":3,"message":"unknown option `grce`","hint":"did you mean `grace`?","valid_here":["grace"]}""",
            findings[0].GetRawText().Replace("\n", "", StringComparison.Ordinal).Replace("  ", "", StringComparison.Ordinal).Replace("\": ", "\":", StringComparison.Ordinal));
        Assert.Equal(5, findings[2].GetProperty("related").GetProperty("line").GetInt32());
    }

    [Theory]
    [InlineData("listen: \":8080\"\nroutes: [{ respond: ok }]\n", 0)]
    [InlineData("listen: \":8080\"\nroutes: [{ respond: ok }]\nupstreams: { idle: [http://a] }\n", 1)]
    public async Task Check_GoodFileAsJson_IsOk(string text, int findings)
    {
        ProcessResult result = await SluiceProcess.RunAsync("check", "--json", _folder.Write("good.yaml", text));

        JsonElement json = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal((0, true), (result.ExitCode, json.GetProperty("ok").GetBoolean()));
        Assert.Equal(findings, json.GetProperty("findings").GetArrayLength());
    }
}
