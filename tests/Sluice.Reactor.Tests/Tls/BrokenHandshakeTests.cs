using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tls;
using Xunit;

namespace Sluice.Reactor.Tests.Tls;

/// <summary>What handshakes that break off leave behind of OpenSSL's memory, which no collector sees.</summary>
public sealed class BrokenHandshakeTests : ITlsServerPolicy, IDisposable
{
    private const int Count = 500;

    // A fifteenth of what OpenSSL holds of a connection that is not freed. The runtime takes some, too.
    private const long LeftBytesMax = Count * 4_096L;

    private static readonly byte[] Garbage = [.. Enumerable.Range(0, 1_000).Select(i => (byte)(i * 7))];
    private static readonly byte[] Alert = [21, 3, 3, 0, 2, 2, 40];

    private readonly X509Certificate2 _certificate;
    private readonly TlsIdentity _identity;
    private byte[] _hello = [];

    public BrokenHandshakeTests()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=a.test", key, HashAlgorithmName.SHA256);
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        _identity = TlsIdentity.Create([_certificate.RawData], key.ExportPkcs8PrivateKey(), out _)!;
    }

    public void Dispose()
    {
        _identity.Release();
        _certificate.Dispose();
    }

    public TlsChoice Choose(in ClientHello hello)
    {
        Assert.True(_identity.TryReference());
        return new TlsChoice { Identities = [_identity], SessionContext = [1] };
    }

    [Theory]
    [InlineData("garbage at once")]
    [InlineData("cut ClientHello")]
    [InlineData("nothing after the server's part")]
    [InlineData("alert after the server's part")]
    [InlineData("garbage after the server's part")]
    public async Task Handshakes_ThatBreakOff_GiveTheirMemoryBack(string kind)
    {
        using var reactors = new Reactors();
        (ListeningSocket listening, CollectingAcceptor acceptor) = await reactors.ListenAsync();
        _hello = await CaptureHelloAsync(reactors, listening, acceptor);
        var settings = new TlsSettings(true, true, "ECDHE+AESGCM", "TLS_AES_128_GCM_SHA256", "X25519:P-256", false);
        var context = new TlsServerContext(settings, this, [], null, 60_000, 0);
        await BreakAsync(Count / 10);

        Assert.InRange(await OpenSslMemory.LeftByAsync(() => BreakAsync(Count), LeftBytesMax), long.MinValue, LeftBytesMax);

        async Task BreakAsync(int count)
        {
            for (int i = 0; i < count; i++)
            {
                using Socket peer = reactors.Connect(listening.EndPoint);
                StreamSocket socket = await acceptor.NextAsync();
                Task<IoResult> accepting = reactors.OnAsync(async _ => await socket.AcceptTlsAsync(context));
                Break(peer, kind);
                Assert.True((await accepting).IsError);
                await reactors.On(_ => Close(socket));
            }
        }
    }

    private void Break(Socket peer, string kind)
    {
        switch (kind)
        {
            case "garbage at once":
                peer.Send(Garbage);
                break;
            case "cut ClientHello":
                peer.Send(_hello.AsSpan(0, _hello.Length / 2));
                break;
            default:
                peer.Send(_hello);
                Assert.True(peer.Receive(new byte[8_192]) > 0);
                peer.Send(kind.StartsWith("alert", StringComparison.Ordinal) ? Alert : kind.StartsWith("garbage", StringComparison.Ordinal) ? Garbage : []);
                break;
        }

        peer.Shutdown(SocketShutdown.Send);
    }

    // .NET's own client begins, and gets no answer.
    private static async Task<byte[]> CaptureHelloAsync(Reactors reactors, ListeningSocket listening, CollectingAcceptor acceptor)
    {
        Socket peer = reactors.Connect(listening.EndPoint);
        StreamSocket socket = await acceptor.NextAsync();
        await using var client = new SslStream(new NetworkStream(peer, ownsSocket: true));
        Task asking = client.AuthenticateAsClientAsync("a.test");
        byte[] hello = new byte[4_096];
        IoResult received = await reactors.OnAsync(async _ => await socket.ReceiveAsync(hello, 0, hello.Length));
        await reactors.On(_ => Close(socket));
        await Assert.ThrowsAnyAsync<IOException>(() => asking);
        return hello[..received.Bytes];
    }

    private static bool Close(StreamSocket socket)
    {
        socket.Close();
        return true;
    }
}
