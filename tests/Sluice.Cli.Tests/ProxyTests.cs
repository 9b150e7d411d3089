using System.Net;

namespace Sluice.Cli.Tests;

public sealed class ProxyTests
{
    [Fact]
    public async Task Proxy_OneServer_Forwards()
    {
        using TestOrigin origin = TestOrigin.Start("origin");
        using SluiceProcess sluice = SluiceProcess.Start("proxy", "--from", "127.0.0.1:0", "--to", $"localhost:{origin.Port}", "--workers", "1");

        Assert.Equal((200, "origin"), await Web.GetServedAsync(await sluice.WaitForListenerAsync()));
    }

    [Fact]
    public async Task Proxy_SeveralServers_TakesThemInTurn()
    {
        using TestOrigin first = TestOrigin.Start("first");
        using TestOrigin second = TestOrigin.Start("second");
        using SluiceProcess sluice = SluiceProcess.Start(
            "proxy", "--from", "127.0.0.1:0", "--to", $"http://127.0.0.1:{first.Port}", "--to", $"http://127.0.0.1:{second.Port}", "--workers", "1");
        IPEndPoint address = await sluice.WaitForListenerAsync();

        var answers = new List<string>();
        for (int request = 0; request < 6; request++)
        {
            answers.Add((await Web.GetServedAsync(address)).Body);
        }

        Assert.Equal((3, 3), (answers.Count(answer => answer == "first"), answers.Count(answer => answer == "second")));
    }

    [Fact]
    public async Task Proxy_PrintConfig_PrintsAFileThatIsGood()
    {
        ProcessResult result = await SluiceProcess.RunAsync(
            "proxy", "--from", ":8080", "--to", "localhost:3000", "--to", "unix:/run/a b\"c.sock", "--balance", "least_requests",
            "--workers", "2", "--access-log", "off", "--print-config");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(
            """
            listen: ":8080"
            workers: 2
            access_log: off
            routes:
              - proxy: servers
            upstreams:
              servers:
                balance: least_requests
                servers:
                  - "http://localhost:3000"
                  - "unix:/run/a b\"c.sock"

            """,
            result.Output);
        using var folder = new TemporaryFolder();
        Assert.Equal(0, (await SluiceProcess.RunAsync("check", folder.Write("a.yaml", result.Output))).ExitCode);
    }

    [Fact]
    public async Task Proxy_PrintConfigOfOneServer_IsTwoOptions()
    {
        ProcessResult result = await SluiceProcess.RunAsync("proxy", "--from", ":80", "--to", "http://a", "--print-config");

        Assert.Equal("listen: \":80\"\nroutes:\n  - proxy: \"http://a:80\"\n", result.Output);
    }

    [Fact]
    public async Task Proxy_ArgumentThatLooksLikeAPlaceholder_IsTakenAsItIs()
    {
        ProcessResult result = await SluiceProcess.RunAsync("proxy", "--from", ":80", "--to", "unix:/run/${env:HOME}", "--print-config");

        Assert.Contains("\"unix:/run/$${env:HOME}\"", result.Output, StringComparison.Ordinal);
    }
}
