using System.Text.Json;

namespace Sluice.Cli.Tests;

public sealed class ConfigShowTests : IDisposable
{
    private const string Secret = "hunter2-Secret";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Show_SeveralFiles_AreOneWithTheirOrigin()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "conf.d"));
        _folder.Write("conf.d/a.yaml", "routes: [{ match: /a, respond: &x hello }, { respond: *x }]\n");
        string file = _folder.Write("sluice.yaml", "include: conf.d/*.yaml\nlisten: \":8080\"\n");
        using SluiceProcess sluice = SluiceProcess.StartIn(_folder.Path, "config", "show", "--origin");

        ProcessResult result = await sluice.WaitForExitAsync();

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(
            """
            listen: ":8080" # ./sluice.yaml:2
            routes:
              - match: /a # ./conf.d/a.yaml:1
                respond: hello # ./conf.d/a.yaml:1
              - respond: hello # ./conf.d/a.yaml:1

            """,
            result.Output);
        ProcessResult json = await SluiceProcess.RunAsync("config", "show", "-c", file, "--json");
        Assert.Equal(":8080", JsonDocument.Parse(json.Output).RootElement.GetProperty("listen").GetString());
    }

    [Fact]
    public async Task Show_BadConfiguration_IsShownWithItsErrorsAndEndsWith1()
    {
        ProcessResult result = await SluiceProcess.RunAsync("config", "show", "-c", _folder.Write("a.yaml", "listen: 80x\n"));

        Assert.Equal((1, "listen: 80x\n"), (result.ExitCode, result.Output));
        Assert.EndsWith("2 errors, 0 warnings\n", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("check", "--json")]
    [InlineData("-t")]
    [InlineData("run")]
    [InlineData("config", "show", "--origin")]
    [InlineData("config", "show", "--origin", "--json")]
    [InlineData("fmt", "--diff")]
    public async Task EveryCommand_WithSecretsThatAreWrong_NeverPrintsThem(params string[] arguments)
    {
        _folder.Write("secret", Secret + "\n");
        _folder.Write("sluice.yaml", """
            listen:   ["${file:secret}", { address: "unix:${file:secret}" }]
            workers: ${file:secret}
            access_log: ${file:secret}
            limits: { connect_timeout: "${file:secret}", request_body_size: "${file:secret}" }
            trusted_proxies: 10.0.0.0/${file:secret}
            forwarded: { via: "${file:secret}" }
            routes:
              - { name: "${file:secret}", match: { host: "*.${file:secret}.", path: "${file:secret}" }, proxy: "http://${file:secret}:x" }
              - { name: "${file:secret}", proxy: "${file:secret}" }
              - respond: { status: "${file:secret}", headers: { x: "${file:secret}\n" } }
            upstreams:
              api: { balance: "${file:secret}", servers: ["http://${file:secret}", "http://${file:secret}/"], connections: { max: "${file:secret}" } }
            """);
        using SluiceProcess sluice = SluiceProcess.StartIn(_folder.Path, arguments);

        ProcessResult result = await sluice.WaitForExitAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("${file:secret}", result.Output + result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", result.Output + result.Error, StringComparison.OrdinalIgnoreCase);
    }
}
