using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Sluice.TestKit.Tools;

namespace Sluice.Cli.Tests;

public sealed class DemoTests
{
    [Fact]
    public async Task Demo_Requests_AreAnsweredByTheServersInTurn()
    {
        // The demo tells its port to people, on standard output, so it has to be chosen here.
        int port = FreePort.Find();
        using SluiceProcess sluice = SluiceProcess.Start("demo", "--from", $"127.0.0.1:{port}");
        await WaitUntilListeningAsync(port);

        var answers = new List<string>();
        for (int request = 0; request < 6; request++)
        {
            answers.Add((await Web.GetServedAsync(new IPEndPoint(IPAddress.Loopback, port))).Body);
        }

        await sluice.SignalAsync("INT");
        ProcessResult result = await sluice.WaitForExitAsync();

        Assert.Equal(3, answers.Count(answer => answer == "Hello from sample server 1\n"));
        Assert.Equal(3, answers.Count(answer => answer == "Hello from sample server 2\n"));
        Assert.All(answers.Zip(answers.Skip(1)), pair => Assert.NotEqual(pair.First, pair.Second));
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(2, Regex.Count(result.Output, $"^  curl .*http://127.0.0.1:{port}/", RegexOptions.Multiline));
    }

    [Fact]
    public async Task Demo_PortInUse_SaysSoInOneLineAndEndsWith1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        ProcessResult result = await SluiceProcess.RunAsync("demo", "--from", taken.LocalEndpoint.ToString()!);

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Matches("^sluice: [^\n]+\n$", result.Error);
    }

    private static async Task WaitUntilListeningAsync(int port)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(60))
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20);
            }
        }

        throw new TimeoutException("The demo doesn't listen.");
    }
}
