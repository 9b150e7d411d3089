using System.Security.Cryptography;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;
using Sluice.Scenarios.RealPeers;
using Sluice.TestKit.Certificates;

namespace Sluice.Scenarios.Tls;

/// <summary>Sessions that are resumed, by OpenSSL's own client: by whom, for how long, and where they must not be.</summary>
public sealed class ResumptionTests : IDisposable
{
    // What the client waits for is the end that the proxy makes of it.
    private const string AskAndEnd = "printf 'GET / HTTP/1.1\\r\\nHost: a.test\\r\\nConnection: close\\r\\n\\r\\n'";

    private static readonly RespondAction Hello = new(200, [new("content-type", "text/plain")], [.. "hello"u8]);

    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _clients = new("Clients");
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-resumption-").FullName;

    private string Session => Path.Combine(_folder, "session.pem");

    public void Dispose()
    {
        _authority.Dispose();
        _clients.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task Ticket_IsGoodOnTheSameServer(string version)
    {
        await using ProxyFixture proxy = Start(Plan());

        Assert.False(await ConnectAsync(proxy, version, "-sess_out", Session));
        Assert.True(await ConnectAsync(proxy, version, "-sess_in", Session));
        Assert.Equal((2, 1), proxy.Server.Handshakes);
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task Ticket_IsGoodOnAnotherMachine_WithTheSameKeyFiles(string version)
    {
        TicketKeyPlan shared = new(RandomNumberGenerator.GetBytes(TicketKeyPlan.KeyBytes));
        TicketKeyPlan next = new(RandomNumberGenerator.GetBytes(TicketKeyPlan.KeyBytes));
        TlsPlan plan = Plan() with { TicketKeys = [shared] };
        await using ProxyFixture first = Start(plan);
        await using ProxyFixture rotated = Start(plan with { TicketKeys = [next, shared] });
        await using ProxyFixture stranger = Start(plan with { TicketKeys = [next] });

        await ConnectAsync(first, version, "-sess_out", Session);

        Assert.False(await ConnectAsync(stranger, version, "-sess_in", Session));
        Assert.True(await ConnectAsync(rotated, version, "-sess_in", Session));
    }

    [Fact]
    public async Task Ticket_OfKeysThatWereReplaced_IsNotGoodAnyMore()
    {
        await using ProxyFixture proxy = Start(Plan() with { TicketKeys = [new(RandomNumberGenerator.GetBytes(TicketKeyPlan.KeyBytes))] });
        await ConnectAsync(proxy, "-tls1_3", "-sess_out", Session);
        ProxyPlan plan = proxy.Server.Plan;
        TlsPlan tls = plan.Listeners[0].Tls! with { TicketKeys = [new(RandomNumberGenerator.GetBytes(TicketKeyPlan.KeyBytes))] };

        proxy.Server.Reload(plan with { Listeners = [plan.Listeners[0] with { Tls = tls }] });

        Assert.False(await ConnectAsync(proxy, "-tls1_3", "-sess_in", Session));
    }

    [Fact]
    public async Task Ticket_OutlivesAReloadThatExchangesTheCertificate()
    {
        await using ProxyFixture proxy = Start(Plan());
        await ConnectAsync(proxy, "-tls1_3", "-sess_out", Session);
        ProxyPlan plan = proxy.Server.Plan;

        proxy.Server.Reload(plan with { Listeners = [plan.Listeners[0] with { Tls = plan.Listeners[0].Tls! with { Certificates = Plan().Certificates } }] });

        Assert.True(await ConnectAsync(proxy, "-tls1_3", "-sess_in", Session));
    }

    [Fact]
    public async Task Resumption_SwitchedOff_GivesNoTickets()
    {
        await using ProxyFixture proxy = Start(Plan() with { Resumption = false });

        ToolResult result = await RunAsync(proxy, $"{AskAndEnd}; sleep 0.3", "-tls1_3", "-sess_out", Session);
        Assert.False(await ConnectAsync(proxy, "-tls1_2", "-reconnect"));

        Assert.DoesNotContain("New Session Ticket arrived", result.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Session));
        Assert.Equal(0, proxy.Server.Handshakes.Resumed);
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task Session_OfAnOpenHost_OpensNoHostThatAsksForACertificate(string version)
    {
        TlsPlan plan = Plan() with
        {
            Certificates = [_authority.Issue("a.test", "admin.test").Plan],
            ClientCertificates = [new ClientCertificatePlan { Hosts = ["admin.test"], Mode = ClientCertificateMode.Optional, Trust = new TrustPlan(_clients.Pem) }],
        };
        await using ProxyFixture proxy = Start(plan);

        await ConnectAsync(proxy, version, "-sess_out", Session);

        Assert.True(await ConnectAsync(proxy, version, "-sess_in", Session));
        Assert.False(await ConnectAsync(proxy, version, "-sess_in", Session, "-servername", "admin.test"));
    }

    [Theory]
    [InlineData("/open", "GET", "200")]
    [InlineData("/open", "POST", "425")]
    [InlineData("/closed", "GET", "425")]
    public async Task EarlyData_IsAnsweredWhereTheRouteAllowsIt(string path, string method, string status)
    {
        await using ProxyFixture proxy = Start(Plan() with { EarlyDataBytesMax = 16_384 });
        string early = Path.Combine(_folder, "early.txt");
        await File.WriteAllTextAsync(early, $"{method} {path} HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        await ConnectAsync(proxy, "-tls1_3", "-sess_out", Session);

        ToolResult result = await RunAsync(proxy, "sleep 0.5", "-tls1_3", "-sess_in", Session, "-early_data", early);

        Assert.Contains("Early data was accepted", result.Output, StringComparison.Ordinal);
        Assert.Contains($"HTTP/1.1 {status} ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EarlyData_ThatIsSentAgain_IsNotAcceptedAgain()
    {
        await using ProxyFixture proxy = Start(Plan() with { EarlyDataBytesMax = 16_384 });
        string early = Path.Combine(_folder, "early.txt");
        await File.WriteAllTextAsync(early, "GET /open HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
        await ConnectAsync(proxy, "-tls1_3", "-sess_out", Session);

        ToolResult first = await RunAsync(proxy, "sleep 0.5", "-tls1_3", "-sess_in", Session, "-early_data", early);

        // What was rejected isn't sent again by this client.
        ToolResult second = await RunAsync(proxy, $"sleep 0.5; {AskAndEnd}", "-tls1_3", "-sess_in", Session, "-early_data", early);

        Assert.Contains("Early data was accepted", first.Output, StringComparison.Ordinal);
        Assert.Contains("Early data was rejected", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EarlyData_WithTwoRequestsAtOnce_IsEarlyForBoth()
    {
        await using ProxyFixture proxy = Start(Plan() with { EarlyDataBytesMax = 16_384 });
        string early = Path.Combine(_folder, "early.txt");
        await File.WriteAllTextAsync(early, "GET /open HTTP/1.1\r\nHost: a.test\r\n\r\nPOST /closed HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        await ConnectAsync(proxy, "-tls1_3", "-sess_out", Session);

        await RunAsync(proxy, "sleep 0.5", "-tls1_3", "-sess_in", Session, "-early_data", early);

        AccessLogEntry second = (await proxy.AccessLog.WaitForAsync(entry => entry.Path == "/closed"))[0];
        Assert.Equal(425, second.Status);
    }

    [Fact]
    public async Task EarlyData_ThatEndsWithoutTheHandshakeBeingComplete_IsEarlyToItsEnd()
    {
        // Two records: OpenSSL's client makes each of 8 KiB of the file.
        const int recordBytes = 8192;
        await using ProxyFixture proxy = Start(Plan() with { EarlyDataBytesMax = 65_536 });
        string early = Path.Combine(_folder, "early.txt");
        const string begin = "GET /open HTTP/1.1\r\nHost: a.test\r\nX-Filler: ";
        string first = begin + new string('x', recordBytes - begin.Length - 4) + "\r\n\r\n";
        await File.WriteAllTextAsync(early, first + "POST /closed HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        await ConnectAsync(proxy, "-tls1_3", "-sess_out", Session);
        await using var relay = new HoldingRelay(proxy.EndPoint, heldRecords: 3);

        await Tool.RunAsync(
            "bash", "-c", $"sleep 1 | timeout 20 openssl s_client -connect 127.0.0.1:{relay.Port} -servername a.test -ign_eof -tls1_3 -sess_in {Session} -early_data {early} 2>&1");

        AccessLogEntry second = (await proxy.AccessLog.WaitForAsync(entry => entry.Path == "/closed"))[0];
        Assert.Equal(425, second.Status);
    }

    [Fact]
    public async Task EarlyData_IsToldToTheServer()
    {
        await using var story = Story.Begin(new ProxySetup
        {
            Tls = Plan() with { EarlyDataBytesMax = 16_384 },
            Route = route => route with { EarlyData = true },
        });
        string early = Path.Combine(_folder, "early.txt");
        await File.WriteAllTextAsync(early, "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
        Task<ToolResult> warming = RunAsync(story.Proxy, $"{AskAndEnd}; sleep 0.5", "-tls1_3", "-sess_out", Session);
        ScriptedServerConnection server = await story.AcceptAsync();
        HttpRequest plain = await server.ServeAsync();
        await warming;

        Task<ToolResult> asking = RunAsync(story.Proxy, "sleep 0.5", "-tls1_3", "-sess_in", Session, "-early_data", early);
        HttpRequest request = await server.ServeAsync();
        ToolResult result = await asking;

        Assert.False(plain.Has("Early-Data"));
        Assert.Equal("1", request["Early-Data"]);
        Assert.Contains("HTTP/1.1 200 ", result.Output, StringComparison.Ordinal);
    }

    private static ProxyFixture Start(TlsPlan tls) => ProxyFixture.Start(
        new ProxySetup
        {
            Tls = tls,
            Routes =
            [
                new RoutePlan { Name = "open", Paths = [new PathMatch("/open", IsPrefix: false)], EarlyData = true, Action = Hello },
                new RoutePlan { Name = "closed", Action = Hello },
            ],
        },
        new Transcript());

    // Whether the session was resumed.
    private static async Task<bool> ConnectAsync(ProxyFixture proxy, params string[] arguments)
    {
        ToolResult result = await RunAsync(proxy, $"{AskAndEnd}; sleep 0.3", arguments);
        bool isReused = result.Output.Contains("Reused, TLSv1", StringComparison.Ordinal);
        Assert.True(isReused || result.Output.Contains("New, TLSv1", StringComparison.Ordinal), result.Output + result.Error);
        return isReused;
    }

    private static Task<ToolResult> RunAsync(ProxyFixture proxy, string input, params string[] arguments) => Tool.RunAsync(
        "bash", "-c", $"({input}) | openssl s_client -connect 127.0.0.1:{proxy.Port} -servername a.test -ign_eof {string.Join(' ', arguments)} 2>&1");

    private TlsPlan Plan() => new() { Certificates = [_authority.Issue("a.test").Plan] };
}
