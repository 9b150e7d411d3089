using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tls;
using Xunit;

namespace Sluice.Reactor.Tests.Tls;

/// <summary>Who holds a certificate, and when its memory is given back.</summary>
public sealed class TlsIdentityTests : ITlsServerPolicy, IDisposable
{
    private readonly X509Certificate2 _certificate;
    private readonly byte[] _key;
    private readonly TlsIdentity _identity;
    private int _choices;

    public TlsIdentityTests()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=a.test", key, HashAlgorithmName.SHA256);
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        _key = key.ExportPkcs8PrivateKey();
        _identity = Create();
    }

    public void Dispose() => _certificate.Dispose();

    public TlsChoice Choose(in ClientHello hello)
    {
        _choices++;
        Assert.True(_identity.TryReference());
        return new TlsChoice { Identities = [_identity], SessionContext = [1] };
    }

    [Fact]
    public void Reference_AfterTheLastWasReleased_IsRefused()
    {
        bool whileHeld = _identity.TryReference();
        _identity.Release();
        bool withOneLeft = _identity.TryReference();
        _identity.Release();
        _identity.Release();

        Assert.Equal((true, true, false), (whileHeld, withOneLeft, _identity.TryReference()));
    }

    [Fact]
    public async Task Release_GivesMemoryBack_WithoutACollection()
    {
        const int count = 4_000;
        const long heldBytesMin = 8 * 1024;
        const long leftBytesMax = count * heldBytesMin / 4;
        HoldOneAfterAnother(count / 10);

        // All of them together would be 40 MB.
        Assert.InRange(await OpenSslMemory.LeftByAsync(HoldAll, leftBytesMax), long.MinValue, leftBytesMax);

        Task HoldAll()
        {
            HoldOneAfterAnother(count);
            return Task.CompletedTask;
        }
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Handshake_ThatCompletes_HoldsNothing_AndItsConnectionGoesOnWithoutTheIdentity(SslProtocols version)
    {
        using var reactors = new Reactors();
        (StreamSocket socket, Socket peer) = await reactors.ConnectAsync();
        Task<IoResult> accepting = AcceptAsync(reactors, socket);
        await using var client = new SslStream(new NetworkStream(peer), false, (_, shown, _, _) => shown is not null);
        await client.AuthenticateAsClientAsync("a.test", null, version, checkCertificateRevocation: false);
        Assert.Equal(default, await accepting);

        ExpectUnheld();
        await client.WriteAsync("hello"u8.ToArray());
        byte[] buffer = new byte[16];
        IoResult received = await reactors.OnAsync(async _ => await socket.ReceiveAsync(buffer, 0, buffer.Length));

        Assert.Equal(5, received.Bytes);
        Assert.Equal(1, _choices);
    }

    [Fact]
    public async Task Handshake_ThatAsksForAnotherGroup_HoldsNothing()
    {
        using var reactors = new Reactors();
        (StreamSocket socket, Socket peer) = await reactors.ConnectAsync();

        // What clients offer first is X25519, so they have to begin again (RFC 8446, section 4.1.4).
        Task<IoResult> accepting = AcceptAsync(reactors, socket, groups: "P-384");
        await using var client = new SslStream(new NetworkStream(peer), false, (_, shown, _, _) => shown is not null);
        await client.AuthenticateAsClientAsync("a.test", null, SslProtocols.Tls13, checkCertificateRevocation: false);

        Assert.Equal(default, await accepting);
        ExpectUnheld();
        Assert.Equal(2, _choices);
    }

    [Fact]
    public async Task Handshake_ThatFails_HoldsNothing()
    {
        using var reactors = new Reactors();
        (StreamSocket socket, Socket peer) = await reactors.ConnectAsync();
        Task<IoResult> accepting = AcceptAsync(reactors, socket);
        await using var client = new SslStream(new NetworkStream(peer), false, (_, shown, _, _) => shown is not null);
        var options = new SslClientAuthenticationOptions { TargetHost = "a.test", ApplicationProtocols = [new SslApplicationProtocol("unknown")] };

        await Assert.ThrowsAsync<AuthenticationException>(() => client.AuthenticateAsClientAsync(options));

        Assert.True((await accepting).IsError);
        ExpectUnheld();
    }

    private Task<IoResult> AcceptAsync(Reactors reactors, StreamSocket socket, string groups = "X25519:P-256")
    {
        var settings = new TlsSettings(true, true, "ECDHE+AESGCM", "TLS_AES_128_GCM_SHA256", groups, false);
        var context = new TlsServerContext(settings, this, ["http/1.1"], null, 60_000, 0);
        return reactors.OnAsync(async _ => await socket.AcceptTlsAsync(context));
    }

    private TlsIdentity Create() => TlsIdentity.Create([_certificate.RawData], _key, out _)!;

    private void HoldOneAfterAnother(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Create().Release();
        }
    }

    // Only the reference that it was made with is left.
    private void ExpectUnheld()
    {
        _identity.Release();
        Assert.False(_identity.TryReference());
    }
}
