using System.Net.Security;
using System.Net.Sockets;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;
using Sluice.TestKit.Certificates;
using Sluice.TestKit.Proxy;
using Sluice.TestKit.Sockets;

namespace Sluice.Hostile.Handshakes;

/// <summary>Clients that break TLS before there is any HTTP: the connection ends with a counted reason, others are served, and nothing is left behind.</summary>
public sealed class HandshakeTests : IDisposable
{
    private const int RecordHeaderBytes = 5;

    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    public static TheoryData<string, string> Garbage() => new()
    {
        { "random", "tls_malformed" },
        { "zeros", "tls_malformed" },
        { "ssl2", "tls_malformed" },
        { "ssh", "tls_malformed" },
        { "alert first", "tls_malformed" },
        { "data first", "tls_malformed" },
        { "server hello", "tls_malformed" },
        { "record too long", "tls_malformed" },
        { "message of 16 MB", "tls_malformed" },
        { "version 1.0", "tls_no_common_version" },
        { "no ciphers", "tls_malformed" },
        { "http", "tls_plain_http" },
    };

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task Garbage_EndsTheConnectionWithItsReason(string kind, string reason)
    {
        await using ProxyFixture proxy = Start();
        ScriptedClient client = await proxy.ConnectAsync();

        await client.TrySendAsync(BytesOf(kind));
        await client.ReadToEndAsync();

        await proxy.Messages.WaitForAsync(reason + ":");
        Assert.Equal(1, proxy.Server.TlsFailuresOf(Enum.GetValues<ProxyErrorCode>().Single(code => code != ProxyErrorCode.None && ProxyErrors.Get(code).Name == reason)));
        await ExpectServiceAsync(proxy);
    }

    [Fact]
    public async Task ClientHello_CutAtEveryPlace_EndsTheConnection()
    {
        byte[] hello = ClientHellos.Of("a.test");
        await using ProxyFixture proxy = Start();

        for (int length = 0; length < hello.Length; length += 3)
        {
            ScriptedClient client = await proxy.ConnectAsync();
            await client.TrySendAsync(hello.AsMemory(0, length));
            client.ShutdownSend();
            await client.ReadToEndAsync();
            await client.DisposeAsync();
        }

        await proxy.ExpectConnectionsAsync(0);
        await ExpectServiceAsync(proxy);
    }

    [Fact]
    public async Task ClientHello_WithEachByteChanged_EndsOrGoesOn_ButNeverBreaksAnything()
    {
        byte[] hello = ClientHellos.Of("a.test");
        var random = new Random(7);
        await using ProxyFixture proxy = Start();

        for (int place = 0; place < hello.Length; place++)
        {
            byte[] changed = [.. hello];
            changed[place] ^= (byte)random.Next(1, 256);
            ScriptedClient client = await proxy.ConnectAsync();
            await client.TrySendAsync(changed);
            client.ShutdownSend();
            await client.ReadToEndAsync();
            await client.DisposeAsync();
        }

        await proxy.ExpectConnectionsAsync(0);
        await ExpectServiceAsync(proxy);
    }

    [Fact]
    public async Task ClientHello_ByteByByte_IsAHandshakeAfterAll()
    {
        await using ProxyFixture proxy = Start();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(proxy.EndPoint);
        await using var stream = new SslStream(new DrippingStream(new NetworkStream(socket)));

        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "a.test",
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
        });

        Assert.True(stream.IsEncrypted);
    }

    [Trait("Case", "L-06")]
    [Fact]
    public async Task ClientHello_ThatNeverEnds_IsCutOffInTime()
    {
        byte[] hello = ClientHellos.Of("a.test");
        await using ProxyFixture proxy = Start(new TlsPlan { HandshakeTimeoutMs = 300 });
        ScriptedClient client = await proxy.ConnectAsync();

        int sent = await client.SendSlowlyAsync(hello, 1, TimeSpan.FromMilliseconds(20));

        Assert.True(sent < hello.Length);
        await proxy.Messages.WaitForAsync("tls_timeout");
    }

    [Fact]
    public async Task Renegotiation_IsRefused()
    {
        await using ProxyFixture proxy = Start();

        // R asks for it. OpenSSL's client ends with an error where the server refuses.
        System.Diagnostics.Process process = Start("openssl", "s_client", "-connect", $"127.0.0.1:{proxy.Port}", "-servername", "a.test", "-tls1_2");
        await process.StandardInput.WriteAsync("R\n");
        await process.StandardInput.FlushAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        string output = await process.StandardError.ReadToEndAsync(deadline.Token);
        process.Kill();

        Assert.Contains("no renegotiation", output, StringComparison.Ordinal);
        await ExpectServiceAsync(proxy);
    }

    [Fact]
    public async Task ClientCertificate_Of10Mb_EndsTheHandshake()
    {
        using var authority = new TestAuthority("Clients");
        await using ProxyFixture proxy = Start(new TlsPlan
        {
            ClientCertificates = [new ClientCertificatePlan { Trust = new TrustPlan(authority.Pem) }],
        });
        TestCertificate own = authority.Issue(new TestCertificateOptions { CommonName = "alice", IsForClients = true });
        string folder = Directory.CreateTempSubdirectory("sluice-large-").FullName;
        try
        {
            (string certificate, string key) = own.Save(folder, "alice");
            string filler = Path.Combine(folder, "chain.pem");
            await File.WriteAllTextAsync(filler, string.Concat(Enumerable.Repeat(own.Pem + "\n", 15_000)));

            using System.Diagnostics.Process process = Start(
                "openssl", "s_client", "-connect", $"127.0.0.1:{proxy.Port}", "-servername", "a.test", "-tls1_2", "-cert", certificate, "-key", key, "-cert_chain", filler);
            process.StandardInput.Close();
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(120));
            await process.WaitForExitAsync(deadline.Token);

            Assert.NotEqual(0, process.ExitCode);
            await proxy.Messages.WaitForAsync("tls_");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static byte[] BytesOf(string kind)
    {
        byte[] hello = ClientHellos.Of("a.test");
        byte[] random = new byte[16 * 1024];
        new Random(5).NextBytes(random);
        switch (kind)
        {
            case "random":
                return random;
            case "zeros":
                return new byte[16 * 1024];
            case "ssl2":
                return [0x80, 0x2E, 0x01, 0x00, 0x02, 0x00, 0x15, 0x00, 0x00, 0x00, 0x10, .. random[..42]];
            case "ssh":
                return [.. "SSH-2.0-OpenSSH_9.2p1\r\n"u8];
            case "alert first":
                return [21, 3, 1, 0, 2, 2, 40];
            case "data first":
                return [23, 3, 3, 0, 5, .. "hello"u8];
            case "server hello":
                hello[RecordHeaderBytes] = 2;
                return hello;
            case "record too long":
                hello[3] = 0xFF;
                return hello;
            case "message of 16 MB":
                hello[RecordHeaderBytes + 1] = 0xFF;
                return hello;
            case "version 1.0":
                // A ClientHello of TLS 1.0 with one cipher and nothing else (RFC 2246, section 7.4.1.2).
                return [22, 3, 1, 0, 45, 1, 0, 0, 41, 3, 1, .. random[..32], 0, 0, 2, 0, 0x2F, 1, 0];
            case "no ciphers":
                return [22, 3, 1, 0, 43, 1, 0, 0, 39, 3, 3, .. random[..32], 0, 0, 0, 1, 0];
            default:
                return [.. "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n"u8];
        }
    }

    private static System.Diagnostics.Process Start(string program, params string[] arguments) =>
        System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    private static async Task ExpectServiceAsync(ProxyFixture proxy)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(proxy.EndPoint);
        await using var stream = new SslStream(new NetworkStream(socket));
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "a.test",
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
        });
        await stream.WriteAsync("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(stream);
        Assert.StartsWith("HTTP/1.1 200 ", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    private ProxyFixture Start(TlsPlan? tls = null) => ProxyFixture.Start(
        new ProxySetup
        {
            Tls = (tls ?? new TlsPlan()) with { Certificates = [_authority.Issue("a.test").Plan] },
            Routes = [new RoutePlan { Name = "hello", Action = new RespondAction(200, [], [.. "hello"u8]) }],
        },
        new Transcript());
}
