using System.Text.Json;

namespace Sluice.Cli.Tests;

public sealed class ConfigDiffTests : IDisposable
{
    private const string Old = """
        listen: 127.0.0.1:0
        workers: 1
        access_log: off
        routes:
          - { name: api, match: /api/*, proxy: api }
          - { name: text, match: /text, respond: one }
        upstreams:
          api: { servers: [http://127.0.0.1:9], connections: { idle_timeout: 10s } }

        """;

    private const string New = """
        listen: 127.0.0.1:0
        workers: 2
        access_log: off
        routes:
          - { name: api, match: /v2/*, proxy: api }
          - { name: text, match: /text, respond: two }
          - { name: more, respond: 404 }
        upstreams:
          api: { servers: [http://127.0.0.1:9], connections: { idle_timeout: 90s } }

        """;

    private const string Difference = """
        route api: changed
          paths[1]: /api/* -> /v2/*
        route text: changed
          action.body: changed
        route more: added
        upstream api: changed
          pool.idle_timeout: 10s -> 90s
        settings: changed
          workers: 1 -> 2

        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Diff_OfTwoFiles_SaysWhatDiffers()
    {
        ProcessResult result = await SluiceProcess.RunAsync("config", "diff", _folder.Write("b.yaml", New), "-c", _folder.Write("a.yaml", Old));

        Assert.Equal((1, Difference, ""), (result.ExitCode, result.Output, result.Error));
    }

    [Fact]
    public async Task Diff_OfAFileWithItself_IsNone()
    {
        string file = _folder.Write("a.yaml", Old);
        ProcessResult result = await SluiceProcess.RunAsync("config", "diff", file, "-c", file);

        Assert.Equal((0, "no differences\n", ""), (result.ExitCode, result.Output, result.Error));
    }

    [Fact]
    public async Task Diff_WithARunningInstance_ComparesWithWhatItServes()
    {
        string file = _folder.Write("a.yaml", Old);

        // What the command line says instead is no difference of the configurations.
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", file, "--access-log", "stdout");
        await sluice.WaitForListenerAsync();
        string fresh = _folder.Write("b.yaml", New);
        File.WriteAllText(file, New);

        ProcessResult same = await sluice.AskAsync("config", "diff", _folder.Write("c.yaml", Old));
        ProcessResult different = await sluice.AskAsync("config", "diff", fresh);
        ProcessResult json = await sluice.AskAsync("config", "diff", fresh, "--json");

        Assert.Equal((0, "no differences\n"), (same.ExitCode, same.Output));
        Assert.Equal((1, Difference), (different.ExitCode, different.Output));
        Assert.Equal($"sluice: compared with the running instance at {sluice.ControlSocket}\n", different.Error);
        using JsonDocument list = JsonDocument.Parse(json.Output);
        Assert.Equal(5, list.RootElement.GetArrayLength());
        Assert.Equal("paths[1]", list.RootElement[0].GetProperty("members")[0].GetProperty("member").GetString());
    }

    [Fact]
    public async Task Diff_BadFile_SaysWhyAndEndsWith2()
    {
        ProcessResult result = await SluiceProcess.RunAsync("config", "diff", _folder.Write("b.yaml", "routes: []\n"), "-c", _folder.Write("a.yaml", Old));

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains("error[SL0206]", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diff_NamedInstanceThatDoesNotRun_EndsWith2()
    {
        ProcessResult result = await SluiceProcess.RunAsync(
            "config", "diff", _folder.Write("b.yaml", New), "--socket", _folder.Path + "/no.sock");

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("sluice: no running instance", result.Error, StringComparison.Ordinal);
    }
}
