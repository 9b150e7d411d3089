using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Sluice.Cli.Tests;

/// <summary>More clients than there are descriptors or places for.</summary>
public sealed class ShortageTests : IDisposable
{
    private const string Hello = "listen: 127.0.0.1:0\nworkers: 1\naccess_log: off\nroutes: [{ respond: hello }]\n";
    private const string Request = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // What keeps the program busy for a moment, such as the refusing of all these clients, is over after a few of them; what spins never is.
    private const int WatchesMax = 5;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // With the default, connections are refused before descriptors run out. The control plane needs some of its own for its first answer: few more than there are of 256.
    [Trait("Case", "L-07")]
    [Trait("Case", "L-09")]
    [Theory]
    [InlineData(256, 1_000, "overload: { max_delay: 60s }\n", "too_many_connections: a client connection was refused", false)]
    [InlineData(256, 1_000, "limits: { max_connections: 10000 }\noverload: off\n", "out of file descriptors or memory (errno 24): accepting on ", false)]
    [InlineData(1_024, 1_500, "limits: { max_connections: 10000 }\noverload: off\n", "out of file descriptors or memory (errno 24): accepting on ", true)]
    public async Task Descriptors_FarTooFewForTheClients_NothingSpinsAndItRecovers(int descriptors, int count, string limits, string complaint, bool isControlled)
    {
        using SluiceProcess sluice = SluiceProcess.StartWithin(descriptors, "run", "-c", _folder.Write("a.yaml", limits + Hello));
        IPEndPoint address = await sluice.WaitForListenerAsync();
        using RawClient first = await RawClient.ConnectAsync(address);
        Assert.StartsWith("HTTP/1.1 200", await first.AskAsync(Request, "hello"), StringComparison.Ordinal);
        var begin = Stopwatch.StartNew();
        RawClient[] clients = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => RawClient.ConnectAsync(address)));

        double busy = 1;
        bool isOpen = true;
        for (int watches = 0; watches < WatchesMax && busy > 0.5; watches++)
        {
            (busy, isOpen) = await WatchAsync(sluice.Id, first, isOpen);
        }

        Assert.InRange(busy, 0, 0.5);

        // The first question is what costs most. It must not end the program, and is answered at the latest when the clients have gone.
        Task<string> asking = MetricsPage.ReadAsync(sluice.ControlSocket);
        if (isControlled)
        {
            await asking;
        }

        Array.ForEach(clients, client => client.Dispose());
        Assert.StartsWith("HTTP/1.1 200", await AskUntilServedAsync(address), StringComparison.Ordinal);
        Assert.Contains("sluice_connections ", await asking, StringComparison.Ordinal);
        double seconds = begin.Elapsed.TotalSeconds;
        await sluice.SignalAsync("TERM");
        int lines = Regex.Count((await sluice.WaitForExitAsync()).Error, Regex.Escape(complaint));
        Assert.InRange(lines, 1, seconds + 2);
    }

    [Trait("Case", "L-01")]
    [Fact]
    public async Task Clients_TwiceAsManyAsThereMayBe_AreServedUpToTheCeilingAndRefusedAboveIt()
    {
        const int max = 50;
        string file = _folder.Write("a.yaml", $"limits: {{ max_connections: {max} }}\noverload: off\n" + Hello);
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", file);
        IPEndPoint address = await sluice.WaitForListenerAsync();
        List<RawClient> clients = [];
        int served = 0;
        double bestServedMs = double.MaxValue;
        double bestRefusedMs = double.MaxValue;
        for (int i = 0; i < 2 * max; i++)
        {
            long start = Stopwatch.GetTimestamp();
            clients.Add(await RawClient.ConnectAsync(address));
            string response = await clients[i].AskAsync(Request, "hello");
            bool isServed = response.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal);
            Assert.True(isServed || response.Length == 0 || response.StartsWith("HTTP/1.1 503 ", StringComparison.Ordinal), response);
            Assert.Equal(i < max, isServed);
            served += isServed ? 1 : 0;
            double ms = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            bestServedMs = isServed ? Math.Min(bestServedMs, ms) : bestServedMs;
            bestRefusedMs = isServed ? bestRefusedMs : Math.Min(bestRefusedMs, ms);
        }

        Assert.Equal(max, served);

        // Beyond what the machine makes of a request now: they are refused at once, not after some time of waiting.
        Assert.InRange(bestRefusedMs, 0, 10 + (10 * bestServedMs));
        Assert.Contains($"connections  {max}\n", (await sluice.AskAsync("status")).Output, StringComparison.Ordinal);
        await sluice.WaitForErrorLineAsync("too_many_connections: a client connection was refused");
        clients.ForEach(client => client.Dispose());
    }

    // Who is served goes on to be, up to a response that says that it is the last one. Returns the share of a core that the program took.
    private static async Task<(double Busy, bool IsOpen)> WatchAsync(int process, RawClient client, bool isOpen)
    {
        var clock = Stopwatch.StartNew();
        double before = await ProcessorMsAsync(process);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (clock.Elapsed < Watched)
        {
            if (isOpen)
            {
                string response = await client.AskAsync(Request, "hello");
                Assert.StartsWith("HTTP/1.1 200", response, StringComparison.Ordinal);
                isOpen = !response.Contains("onnection: close", StringComparison.Ordinal);
            }

            await ticks.WaitForNextTickAsync();
        }

        return ((await ProcessorMsAsync(process) - before) / clock.ElapsedMilliseconds, isOpen);
    }

    // Of user and system, in units of 10 ms.
    private static async Task<double> ProcessorMsAsync(int process)
    {
        string[] fields = (await File.ReadAllTextAsync($"/proc/{process}/stat")).Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return 10 * (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture));
    }

    private static async Task<string> AskUntilServedAsync(IPEndPoint address)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            using RawClient client = await RawClient.ConnectAsync(address);
            string response = await client.AskAsync(Request, "hello");
            if (response.Contains("hello", StringComparison.Ordinal) || clock.Elapsed > Patience)
            {
                return response;
            }
        }
    }
}
