using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Sluice.Cli.Tests;

/// <summary>Much more content on its way than memory: 1 GiB, and a process that stays below 256 MiB.</summary>
public sealed class MemoryTests : IDisposable
{
    private const int Clients = 128;
    private const int BytesEach = 8 * 1024 * 1024;
    private const int BytesKeptEach = 2_560 * 1024;
    private const long ResidentMax = 256L * 1024 * 1024;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(180);

    private readonly TemporaryFolder _folder = new();
    private readonly Socket _origin = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _deadline = new(TimeMax);

    public MemoryTests()
    {
        _origin.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _origin.Listen(1_024);
    }

    public void Dispose()
    {
        _origin.Dispose();
        _deadline.Dispose();
        _folder.Dispose();
    }

    [Trait("Case", "L-10")]
    [Fact]
    public async Task Uploads_ThatTheServerDoesNotTake_AreNotKeptInMemory()
    {
        using SluiceProcess sluice = Start("");
        IPEndPoint address = await sluice.WaitForListenerAsync();
        Task<Socket[]> accepting = AcceptAsync();
        RawClient[] clients = await ConnectAsync(address);
        byte[] upload = Request("POST", BytesEach);

        await Task.WhenAll(clients.Select(client => client.SendUntilBlockedAsync(upload, Moment)));

        Socket[] servers = await accepting;
        await ExpectLeanAsync(sluice);
        await EndAsync(sluice, address, clients, servers);
    }

    [Trait("Case", "L-11")]
    [Fact]
    public async Task Downloads_ThatNobodyTakes_AreNotKeptInMemory()
    {
        using SluiceProcess sluice = Start("");
        IPEndPoint address = await sluice.WaitForListenerAsync();
        Task<Socket[]> accepting = AcceptAsync();
        RawClient[] clients = await ConnectAsync(address);
        await Task.WhenAll(clients.Select(client => client.SendUntilBlockedAsync(Request("GET", 0), Moment)));
        Socket[] servers = await accepting;
        byte[] response = [.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {BytesEach}\r\n\r\n"), .. new byte[BytesEach]];

        await Task.WhenAll(servers.Select(async server =>
        {
            await ReadHeadAsync(server);
            await SendUntilBlockedAsync(server, response);
        }));

        await ExpectLeanAsync(sluice);
        await EndAsync(sluice, address, clients, servers);
    }

    // All of it is on disk but 64 KiB each.
    [Trait("Case", "L-12")]
    [Fact]
    public async Task Uploads_ThatMayBeSentAgain_AreNotKeptInMemory()
    {
        using SluiceProcess sluice = Start($", retries: {{ on: [503], body_replay: {{ folder: {_folder.Path} }} }}");
        IPEndPoint address = await sluice.WaitForListenerAsync();
        Task<Socket[]> accepting = AcceptAsync();
        RawClient[] clients = await ConnectAsync(address);
        byte[] upload = Request("PUT", BytesKeptEach);
        Task sending = Task.WhenAll(clients.Select(client => client.SendUntilBlockedAsync(upload, TimeMax)));
        Socket[] servers = await accepting;

        await Task.WhenAll(servers.Select(ReadUploadAsync));
        await sending;

        await ExpectLeanAsync(sluice);
        await EndAsync(sluice, address, clients, servers);
    }

    [Trait("Case", "L-11")]
    [Fact]
    public async Task Ladder_ThatIsClimbed_IsSeenInTheMetrics_AndLeftWhenThereIsMemoryAgain()
    {
        const string routes = "listen: 127.0.0.1:0\nworkers: 1\naccess_log: off\nroutes: [{ respond: hello, priority_class: high }]\n";
        string file = _folder.Write("a.yaml", routes + "overload: { memory_limit: 16MiB, max_delay: 60s }\n");
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", file);
        IPEndPoint address = await sluice.WaitForListenerAsync();

        await sluice.ExpectErrorLineAsync("overload: refuse begins: memory at 100 %");
        string page = await MetricsPage.ReadAsync(sluice.ControlSocket, _deadline.Token);
        Assert.Equal((6, 1), (MetricsPage.ValueOf(page, "sluice_overload_step"), MetricsPage.ValueOf(page, "sluice_overload_pressure{resource=\"memory\"}")));
        using (RawClient refused = await RawClient.ConnectAsync(address))
        {
            Assert.DoesNotContain("hello", await refused.AskAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n", "hello"), StringComparison.Ordinal);
        }

        page = await MetricsPage.ReadAsync(sluice.ControlSocket, _deadline.Token);
        Assert.Equal(1, MetricsPage.ValueOf(page, "sluice_overload_refused_connections_total"));

        _folder.Write("a.yaml", routes + "overload: { memory_limit: 64GiB, max_delay: 60s }\n");
        Assert.Equal(0, (await sluice.AskAsync("reload")).ExitCode);
        await sluice.WaitForErrorLineAsync("overload: reduce_timeouts ends: ");
        Assert.Equal((200, "hello"), await Web.GetAsync(address));
        Assert.Equal(0, MetricsPage.ValueOf(await MetricsPage.ReadAsync(sluice.ControlSocket, _deadline.Token), "sluice_overload_step"));
    }

    private SluiceProcess Start(string more)
    {
        int port = ((IPEndPoint)_origin.LocalEndPoint!).Port;
        return SluiceProcess.Start("run", "-c", _folder.Write("a.yaml", $$"""
            listen: 127.0.0.1:0
            workers: 1
            access_log: off
            overload: off
            routes:
              - { match: /health, respond: hello }
              - { proxy: "http://127.0.0.1:{{port}}"{{more}} }

            """));
    }

    private static byte[] Request(string method, int bytes)
    {
        string length = bytes > 0 ? $"Content-Length: {bytes}\r\n" : "";
        return [.. Encoding.ASCII.GetBytes($"{method} / HTTP/1.1\r\nHost: a.test\r\n{length}\r\n"), .. new byte[bytes]];
    }

    private static Task<RawClient[]> ConnectAsync(IPEndPoint address) => Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => RawClient.ConnectAsync(address)));

    private async Task<Socket[]> AcceptAsync()
    {
        var servers = new Socket[Clients];
        for (int i = 0; i < Clients; i++)
        {
            servers[i] = await _origin.AcceptAsync(_deadline.Token);
        }

        return servers;
    }

    private async Task ReadHeadAsync(Socket server)
    {
        byte[] buffer = new byte[4_096];
        int length = 0;
        while (!buffer.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
        {
            int count = await server.ReceiveAsync(buffer.AsMemory(length), _deadline.Token);
            Assert.NotEqual(0, count);
            length += count;
        }
    }

    private async Task ReadUploadAsync(Socket server)
    {
        byte[] buffer = new byte[64 * 1024];
        for (int length = 0; length < BytesKeptEach;)
        {
            int count = await server.ReceiveAsync(buffer, _deadline.Token);
            Assert.NotEqual(0, count);
            length += count;
        }
    }

    private static async Task SendUntilBlockedAsync(Socket server, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                using var moment = new CancellationTokenSource(Moment);
                bytes = bytes[await server.SendAsync(bytes, moment.Token)..];
            }
        }
        catch (OperationCanceledException)
        {
            // It takes no more.
        }
    }

    // All that it ever had at once.
    private static async Task ExpectLeanAsync(SluiceProcess sluice)
    {
        string status = await File.ReadAllTextAsync($"/proc/{sluice.Id}/status");
        long resident = 1024 * long.Parse(Regex.Match(status, @"^VmHWM:\s+(\d+) kB$", RegexOptions.Multiline).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(resident, 1, ResidentMax);
    }

    private static async Task EndAsync(SluiceProcess sluice, IPEndPoint address, RawClient[] clients, Socket[] servers)
    {
        Assert.Equal((200, "hello"), await Web.GetAsync(address, "/health"));
        Array.ForEach(clients, client => client.Dispose());
        Array.ForEach(servers, server => server.Dispose());
        var clock = Stopwatch.StartNew();
        while (MetricsPage.ValueOf(await MetricsPage.ReadAsync(sluice.ControlSocket), "sluice_connections") > 0)
        {
            Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeMax);
        }

        Assert.Equal((200, "hello"), await Web.GetAsync(address, "/health"));
    }
}
