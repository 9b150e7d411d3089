using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tls;
using Xunit;

namespace Sluice.Reactor.Tests.Tls;

/// <summary>What a socket does whose TLS has come to its end, with something left that nobody took.</summary>
public sealed class TlsEndTests : ITlsServerPolicy, IDisposable
{
    private static readonly TlsSettings Settings = new(true, true, "ECDHE+AESGCM", "TLS_AES_128_GCM_SHA256", "X25519:P-256", false);

    private readonly X509Certificate2 _certificate;
    private readonly TlsIdentity _identity;

    public TlsEndTests()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=a.test", key, HashAlgorithmName.SHA256);
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        _identity = TlsIdentity.Create([_certificate.RawData], key.ExportPkcs8PrivateKey(), out _)!;
    }

    public void Dispose() => _certificate.Dispose();

    public TlsChoice Choose(in ClientHello hello)
    {
        Assert.True(_identity.TryReference());
        return new TlsChoice { Identities = [_identity], SessionContext = [1] };
    }

    [Fact]
    public async Task Receive_AfterCloseWithContentLeft_IsCanceled()
    {
        using var reactors = new Reactors();
        (StreamSocket socket, Socket peer) = await reactors.ConnectAsync();
        var context = new TlsServerContext(Settings, this, [], null, 60_000, 0);
        Task<IoResult> accepting = reactors.OnAsync(async _ => await socket.AcceptTlsAsync(context));
        await using var client = new SslStream(new NetworkStream(peer), false, (_, shown, _, _) => shown is not null);
        await client.AuthenticateAsClientAsync("a.test");
        Assert.Equal(default, await accepting);
        await client.WriteAsync("hello"u8.ToArray());
        byte[] buffer = new byte[2];

        IoResult first = await reactors.OnAsync(async _ => await socket.ReceiveAsync(buffer, 0, 2));
        bool hadMore = await reactors.On(_ => socket.IsReadable);
        IoResult second = await reactors.OnAsync(async _ =>
        {
            socket.Close();
            return await socket.ReceiveAsync(buffer, 0, 2);
        });

        Assert.Equal((2, true), (first.Bytes, hadMore));
        Assert.True(second.IsCanceled);
        Assert.False(await reactors.On(_ => socket.IsReadable || socket.HasUnread()));
    }
}
