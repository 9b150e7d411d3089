using System.Security.Authentication;
using System.Text;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;
using Sluice.Scenarios.RealPeers;
using Sluice.TestKit.Certificates;

namespace Sluice.Scenarios.Tls;

/// <summary>TLS with clients, over real sockets with .NET's own TLS on the other side.</summary>
public sealed class TerminationTests : IDisposable
{
    private static readonly RespondAction Hello = new(200, [new("content-type", "text/plain")], [.. "hello"u8]);

    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Request_OverEachVersion_IsAnsweredAndTheConnectionStays(SslProtocols version)
    {
        await using ProxyFixture proxy = Start(new TlsPlan { Certificates = [_authority.Issue("a.test").Plan] });
        await using TlsClient client = await TlsClient.ConnectAsync(proxy.EndPoint, versions: version);

        (int status, _, byte[] content) = await client.GetAsync();
        (int again, _, _) = await client.GetAsync();

        Assert.Equal((200, "hello", 200, version), (status, Encoding.ASCII.GetString(content), again, client.Version));
    }

    [Theory]
    [InlineData("a.test", "a.test")]
    [InlineData("A.Test", "a.test")]
    [InlineData("x.wild.test", "*.wild.test")]
    [InlineData("exact.wild.test", "exact.wild.test")]
    [InlineData("x.y.wild.test", "first.test")]
    [InlineData("unknown.test", "first.test")]
    [InlineData(null, "first.test")]
    public async Task Certificate_IsChosenBySni_ExactBeforeWildcardBeforeTheFirst(string? asked, string shown)
    {
        await using ProxyFixture proxy = Start(new TlsPlan
        {
            Certificates = [.. new[] { "first.test", "a.test", "*.wild.test", "exact.wild.test" }.Select(name => _authority.Issue(name).Plan)],
        });

        await using TlsClient client = await TlsClient.ConnectAsync(proxy.EndPoint, asked ?? "");

        Assert.Equal("CN=" + shown, client.ServerCertificate!.Subject);
    }

    [Fact]
    public async Task StrictSni_ForAnUnknownName_EndsTheHandshakeWithACountedReason()
    {
        await using ProxyFixture proxy = Start(new TlsPlan { Certificates = [_authority.Issue("a.test").Plan], StrictSni = true });

        await Assert.ThrowsAsync<AuthenticationException>(() => TlsClient.ConnectAsync(proxy.EndPoint, "b.test"));

        await proxy.Messages.WaitForAsync("tls_unknown_name");
    }

    [Fact]
    public async Task Pair_OfBothKindsOfKeys_IsChosenByWhatTheClientCan()
    {
        CertificatePlan ecdsa = _authority.Issue("a.test").Plan;
        CertificatePlan rsa = _authority.Issue(new TestCertificateOptions { Names = ["a.test"], IsRsa = true }).Plan;
        await using ProxyFixture proxy = Start(new TlsPlan { Certificates = [ecdsa, rsa] });

        ToolResult modern = await OpenSslAsync(proxy, "-sigalgs", "ECDSA+SHA256");
        ToolResult old = await OpenSslAsync(proxy, "-sigalgs", "RSA-PSS+SHA256");

        Assert.Contains("Peer signature type: ECDSA", modern.Output, StringComparison.Ordinal);
        Assert.Contains("Peer signature type: RSA-PSS", old.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alpn_WithAProtocolThatIsSpoken_PicksIt_ElseEndsTheHandshake()
    {
        await using ProxyFixture proxy = Start(new TlsPlan { Certificates = [_authority.Issue("a.test").Plan] });
        await using TlsClient client = await TlsClient.ConnectAsync(proxy.EndPoint, protocols: ["foo/9", "http/1.1"]);

        Assert.Equal("http/1.1", client.Protocol);
        await Assert.ThrowsAsync<AuthenticationException>(() => TlsClient.ConnectAsync(proxy.EndPoint, protocols: ["foo/9"]));
        await proxy.Messages.WaitForAsync("tls_no_common_protocol");
    }

    [Fact]
    public async Task PlainHttp_OnATlsPort_IsToldSo()
    {
        await using ProxyFixture proxy = Start(new TlsPlan { Certificates = [_authority.Issue("a.test").Plan] });
        ScriptedClient client = await proxy.ConnectAsync();

        await client.SendAsync(Story.Get);
        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal(400, response.Status);
        Assert.Contains("https://", response.Text, StringComparison.Ordinal);
        await proxy.Messages.WaitForAsync("tls_plain_http");
    }

    [Theory]
    [InlineData(10)]
    [InlineData(16 * 1024)]
    [InlineData(1 << 20)]
    public async Task Content_OfAnyLength_ArrivesUnchangedBothWays(int length)
    {
        byte[] sent = new byte[length];
        new Random(length).NextBytes(sent);
        await using var story = Story.Begin(new ProxySetup { Tls = new TlsPlan { Certificates = [_authority.Issue("a.test").Plan] } });
        await using TlsClient client = await TlsClient.ConnectAsync(story.Proxy.EndPoint);

        Task sending = Task.Run(async () =>
        {
            await client.SendAsync($"{Story.Post}Content-Length: {length}\r\n\r\n");
            await client.Stream.WriteAsync(sent);
        });
        ScriptedServerConnection server = await story.AcceptAsync();
        HttpRequest request = await server.ReadRequestAsync();
        await sending;
        Task responding = server.SendAsync((byte[])[.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n"), .. request.Content]);
        (_, _, byte[] received) = await client.ReadResponseAsync();
        await responding;

        Assert.Equal(sent, request.Content);
        Assert.Equal(sent, received);
    }

    [Fact]
    public async Task Handshake_ThatDoesNotEnd_IsCutOffInTime()
    {
        await using ProxyFixture proxy = Start(new TlsPlan { Certificates = [_authority.Issue("a.test").Plan], HandshakeTimeoutMs = 200 });
        ScriptedClient client = await proxy.ConnectAsync();

        await client.SendAsync("\x16\x03\x01");
        await client.ExpectGoneAsync();

        await proxy.Messages.WaitForAsync("tls_timeout");
    }

    [Fact]
    public async Task Session_IsResumed_WithATicketOfTheServer()
    {
        await using ProxyFixture proxy = Start(new TlsPlan { Certificates = [_authority.Issue("a.test").Plan] });
        string session = Path.GetTempFileName();
        try
        {
            ToolResult first = await OpenSslAsync(proxy, "-tls1_2", "-sess_out", session);
            ToolResult second = await OpenSslAsync(proxy, "-tls1_2", "-sess_in", session);

            Assert.Contains("New, TLSv1.2", first.Output, StringComparison.Ordinal);
            Assert.Contains("Reused, TLSv1.2", second.Output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(session);
        }
    }

    [Theory]
    [InlineData("a.test", 200)]
    [InlineData("b.test", 200)]
    [InlineData("c.test", 421)]
    public async Task Request_ForAnotherHostThanTheHandshake_IsServedIfTheCertificateIsForIt(string host, int status)
    {
        await using ProxyFixture proxy = Start(new TlsPlan { Certificates = [_authority.Issue("a.test", "b.test").Plan, _authority.Issue("c.test").Plan] });
        await using TlsClient client = await TlsClient.ConnectAsync(proxy.EndPoint, "a.test");

        Assert.Equal(status, (await client.GetAsync(host: host)).Status);
    }

    private static async Task<ToolResult> OpenSslAsync(ProxyFixture proxy, params string[] arguments)
    {
        // It waits for its standard input to end, which the request below does.
        string request = "printf 'GET / HTTP/1.1\\r\\nHost: a.test\\r\\nConnection: close\\r\\n\\r\\n'";
        return await Tool.RunAsync(
            "bash", "-c", $"({request}; sleep 0.3) | openssl s_client -connect 127.0.0.1:{proxy.Port} -servername a.test {string.Join(' ', arguments)} 2>&1");
    }

    private static ProxyFixture Start(TlsPlan tls) => ProxyFixture.Start(
        new ProxySetup { Tls = tls, Routes = [new RoutePlan { Name = "hello", Action = Hello }] }, new Transcript());
}
