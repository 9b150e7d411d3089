using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Sluice.TestKit.Upstreams;

namespace Sluice.Cli.Tests;

public sealed class RunTests : IDisposable
{
    private const string Hello = "listen: 127.0.0.1:0\nworkers: 1\noverload: { max_delay: 60s }\nroutes: [{ respond: hello }]\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    [InlineData("QUIT")]
    public async Task Run_Signalled_AnswersUntilThenAndEndsWith0(string signal)
    {
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write("a.yaml", Hello), "--access-log", "off");
        IPEndPoint address = await sluice.WaitForListenerAsync();

        Assert.Equal((200, "hello"), await Web.GetAsync(address));
        await sluice.SignalAsync(signal);
        ProcessResult result = await sluice.WaitForExitAsync();

        Assert.Equal((0, ""), (result.ExitCode, result.Output));
        Assert.Contains($"sluice: SIG{signal}: finishing requests", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ServerThatNobodyListensAt_Answers502AndSaysWhy()
    {
        using var dead = new DeadServer();
        int port = dead.Plan.Address.Port;
        string file = _folder.Write("a.yaml", $"listen: 127.0.0.1:0\nworkers: 1\naccess_log: off\noverload: {{ max_delay: 60s }}\nroutes: [{{ proxy: \"http://127.0.0.1:{port}\" }}]\n");
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", file);
        IPEndPoint address = await sluice.WaitForListenerAsync();

        Assert.Equal(502, (await Web.GetAsync(address)).Status);
        await sluice.WaitForErrorLineAsync($"sluice: server http://127.0.0.1:{port}: connect_refused: ");
    }

    [Fact]
    public async Task Run_Started_SaysWhatItServesInAFewLines()
    {
        string file = _folder.Write("a.yaml", Hello);
        using SluiceProcess sluice = SluiceProcess.Start("run", "--config", file);
        IPEndPoint address = await sluice.WaitForListenerAsync();

        Assert.InRange(sluice.ErrorLines.Count, 1, 6);
        Assert.Contains(sluice.ErrorLines, line => line.EndsWith(file, StringComparison.Ordinal));
        Assert.Contains(sluice.ErrorLines, line => line.EndsWith($"http://{address}", StringComparison.Ordinal));
        Assert.Contains(sluice.ErrorLines, line => line.Contains("1 route, 0 upstreams with 0 servers", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_AccessLogOn_WritesOneLineOfJsonForEachRequest()
    {
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write("a.yaml", Hello));
        IPEndPoint address = await sluice.WaitForListenerAsync();

        await Web.GetAsync(address, "/one");
        await Web.GetAsync(address, "/two");
        await sluice.SignalAsync("TERM");
        ProcessResult result = await sluice.WaitForExitAsync();

        string[] lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["/one", "/two"], lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("path").GetString()));
    }

    [Fact]
    public async Task Run_NoFileNamed_TakesTheOneInTheFolder()
    {
        _folder.Write("sluice.yaml", Hello);
        using SluiceProcess sluice = SluiceProcess.StartIn(_folder.Path, "run");

        Assert.Equal((200, "hello"), await Web.GetAsync(await sluice.WaitForListenerAsync()));
    }

    [Fact]
    public async Task Run_NoFileAtAll_EndsWith1()
    {
        using SluiceProcess sluice = SluiceProcess.StartIn(_folder.Path, "run");
        ProcessResult result = await sluice.WaitForExitAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("sluice: no configuration: neither ./sluice.yaml nor /etc/sluice/sluice.yaml exists; name one with -c FILE\n", result.Error);
    }

    [Fact]
    public async Task Run_BadFile_SaysWhyAndEndsWith1()
    {
        ProcessResult result = await SluiceProcess.RunAsync("run", "-c", _folder.Write("a.yaml", "listen: nowhere\nroutes: []\n"));

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.EndsWith("2 errors, 0 warnings\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_PortInUse_SaysSoInOneLineAndEndsWith1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string address = taken.LocalEndpoint.ToString()!;
        string file = _folder.Write("a.yaml", $"listen: {address}\nroutes: [{{ respond: hello }}]\n");

        AssertOneLine(await SluiceProcess.RunAsync("run", "-c", file), address);
    }

    [Fact]
    public async Task Run_AddressOfAnotherMachine_SaysSoInOneLineAndEndsWith1()
    {
        string file = _folder.Write("a.yaml", "listen: 192.0.2.1:8080\nroutes: [{ respond: hello }]\n");

        AssertOneLine(await SluiceProcess.RunAsync("run", "-c", file), "192.0.2.1:8080");
    }

    [Fact]
    public async Task Run_SocketInMissingFolder_SaysSoInOneLineAndEndsWith1()
    {
        string file = _folder.Write("a.yaml", "listen: unix:/nowhere/x.sock\nroutes: [{ respond: hello }]\n");

        AssertOneLine(await SluiceProcess.RunAsync("run", "-c", file), "/nowhere/x.sock");
    }

    [Fact]
    public async Task Run_SecondSignal_EndsAtOnceWith3()
    {
        using TestOrigin origin = TestOrigin.StartSilent();
        string file = _folder.Write("a.yaml", $"listen: 127.0.0.1:0\nworkers: 1\noverload: {{ max_delay: 60s }}\nroutes: [{{ proxy: \"http://127.0.0.1:{origin.Port}\" }}]\n");
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", file);
        using Socket client = await Web.SendAsync(await sluice.WaitForListenerAsync());
        await origin.FirstRequestAsync();

        await sluice.SignalAsync("TERM");
        await sluice.WaitForErrorLineAsync("finishing requests");
        await sluice.SignalAsync("INT");
        ProcessResult result = await sluice.WaitForExitAsync();

        Assert.Equal(3, result.ExitCode);
        Assert.EndsWith("sluice: SIGINT: ending at once\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_GraceExceeded_EndsWith3()
    {
        using TestOrigin origin = TestOrigin.StartSilent();
        string file = _folder.Write(
            "a.yaml",
            $"listen: 127.0.0.1:0\nworkers: 1\noverload: {{ max_delay: 60s }}\nshutdown: {{ grace: 200ms }}\nroutes: [{{ proxy: \"http://127.0.0.1:{origin.Port}\" }}]\n");
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", file);
        using Socket client = await Web.SendAsync(await sluice.WaitForListenerAsync());
        await origin.FirstRequestAsync();

        await sluice.SignalAsync("TERM");
        ProcessResult result = await sluice.WaitForExitAsync();

        Assert.Equal(3, result.ExitCode);
        Assert.EndsWith("sluice: the grace period is over: requests in progress were cut off\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_UnreachableServer_AnswersAndGoesOn()
    {
        using var dead = new DeadServer();
        string file = _folder.Write("a.yaml", $"listen: 127.0.0.1:0\noverload: {{ max_delay: 60s }}\nroutes:\n  - match: /x\n    proxy: http://127.0.0.1:{dead.Plan.Address.Port}\n  - respond: hello\n");
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", file, "--workers", "1");
        IPEndPoint address = await sluice.WaitForListenerAsync();

        Assert.Equal(502, (await Web.GetAsync(address, "/x")).Status);
        Assert.Equal((200, "hello"), await Web.GetAsync(address));
    }

    private static void AssertOneLine(ProcessResult result, string address)
    {
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Matches("^sluice: [^\n]+\n$", result.Error);
        Assert.Contains(address, result.Error, StringComparison.Ordinal);
    }
}
