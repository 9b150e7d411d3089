using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Sluice.Certificates.Keeping;
using Sluice.Certificates.Storage;
using Sluice.Certificates.Tests.Keeping;
using Sluice.Certificates.Timing;
using Sluice.TestKit.Pebble;
using Sluice.TestKit.Web;

namespace Sluice.Certificates.Tests.Pebble;

/// <summary>A keeper with pebble, and with small servers that answer its challenges, in real time.</summary>
internal sealed class PebbleStory : IAsyncDisposable
{
    // The keys of some take a busy machine long.
    private static readonly TimeSpan ObtainTimeout = TimeSpan.FromSeconds(180);

    // Short waits after failures, for here the time is real.
    private static readonly KeeperLimits Limits = new() { RetrySoon = TimeSpan.FromMilliseconds(50), BackOffMin = TimeSpan.FromMilliseconds(100) };
    private readonly TemporaryFolder _folder = new();
    private readonly TcpListener _tls = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private SmallWebServer? _web;
    private PebbleServer? _pebble;
    private CertificateKeeper? _keeper;
    private Task _handshakes = Task.CompletedTask;
    private int _httpRequestCount;
    private int _handshakeCount;

    public RecordingConsumer Consumer { get; } = new();

    public RecordingLog Log { get; } = new();

    public PebbleServer Pebble => _pebble ?? throw new InvalidOperationException("not started");

    public int HttpRequestCount => _httpRequestCount;

    public int HandshakeCount => _handshakeCount;

    public async Task StartAsync(PebbleSetup setup, bool answersHttp = true)
    {
        _web = SmallWebServer.Start(request => Task.FromResult(AnswerHttp(request, answersHttp)));
        _tls.Start();
        _handshakes = Task.Run(AcceptAsync);
        _pebble = await PebbleServer.StartAsync(setup with { HttpPort = _web.Port, TlsPort = ((IPEndPoint)_tls.LocalEndpoint).Port });
    }

    public Task<CertificatePair> ObtainAsync(
        string name, ChallengeKind kind, Func<IssuerPlan, IssuerPlan>? change = null, KeyType keyType = KeyType.P256) =>
        ObtainAsync(name, [kind], change, keyType);

    public async Task<CertificatePair> ObtainAsync(
        string name, IReadOnlyList<ChallengeKind> kinds, Func<IssuerPlan, IssuerPlan>? change = null, KeyType keyType = KeyType.P256)
    {
        StartKeeper(name, kinds, change, keyType);
        return await WaitForAsync(1);
    }

    public void StartKeeper(string name, IReadOnlyList<ChallengeKind> kinds, Func<IssuerPlan, IssuerPlan>? change = null, KeyType keyType = KeyType.P256)
    {
        var issuer = new IssuerPlan("pebble", Pebble.DirectoryUri, CaFile: Pebble.CaFile);
        var plan = new AutomationPlan([name], [change is null ? issuer : change(issuer)], kinds, keyType);
        var clock = new WorkClock(TimeProvider.System);
        _keeper = new CertificateKeeper(
            plan, Consumer, new FileCertificateStorage(_folder["storage"], clock), new PebblePublisher(Pebble), clock, Log, Limits);
        _keeper.Start();
    }

    public async Task RenewAsync(string name)
    {
        await _keeper!.RenewAsync(name).WaitAsync(ObtainTimeout);
        await WaitForAsync(2);
    }

    /// <summary>Fails unless a client that trusts a root of pebble's would take the certificate for a name.</summary>
    public async Task VerifyAsync(CertificatePair pair, string name, int rootIndex)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(pair.CertificatePem);
        using X509Certificate2 withKey = X509Certificate2.CreateFromPem(pair.CertificatePem, pair.KeyPem);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(await Pebble.GetRootAsync(rootIndex));
        chain.ChainPolicy.ExtraStore.AddRange(certificates);
        Assert.True(chain.Build(certificates[0]), string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation)));
        Assert.True(certificates[0].MatchesHostname(name));
    }

    public async ValueTask DisposeAsync()
    {
        if (_keeper is not null)
        {
            await _keeper.DisposeAsync();
        }

        await _end.CancelAsync();
        _tls.Dispose();
        await _handshakes;
        if (_pebble is not null)
        {
            await _pebble.DisposeAsync();
        }

        if (_web is not null)
        {
            await _web.DisposeAsync();
        }

        _end.Dispose();
        _folder.Dispose();
    }

    private async Task<CertificatePair> WaitForAsync(int count)
    {
        using var deadline = new CancellationTokenSource(ObtainTimeout);
        while (Consumer.Installed.Count < count || _keeper!.Status.Any(status => status.State != CertificateState.Valid))
        {
            if (deadline.IsCancellationRequested)
            {
                Assert.Fail($"There are not {count} certificates.\n{Log}\n{Pebble.Output}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), CancellationToken.None);
        }

        return Consumer.Installed[^1];
    }

    private SmallResponse AnswerHttp(SmallRequest request, bool answers)
    {
        Interlocked.Increment(ref _httpRequestCount);
        const string Prefix = "/.well-known/acme-challenge/";
        string token = request.Target.StartsWith(Prefix, StringComparison.Ordinal) ? request.Target[Prefix.Length..] : "";
        return answers && Consumer.HttpChallenges.TryGetValue(token, out string? answer) ? SmallResponse.Text(200, answer) : SmallResponse.Text(404, "");
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _tls.AcceptTcpClientAsync(_end.Token);
                await ShakeHandsAsync(client);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The test ended.
        }
    }

    private async Task ShakeHandsAsync(TcpClient client)
    {
        try
        {
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync((_, hello, _, _) => ValueTask.FromResult(Options(hello.ServerName)), null, _end.Token);
            await tls.ShutdownAsync();
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException)
        {
            // Validation closes as soon as it has seen the certificate; and it looks several times at once, of which one may come when all is over.
        }
    }

    private SslServerAuthenticationOptions Options(string name)
    {
        // Counted here, since validation may close before the handshake has its end.
        CertificatePair pair = Consumer.TlsChallenges.GetValueOrDefault(name) ?? throw new AuthenticationException($"There is no challenge for {name}.");
        Interlocked.Increment(ref _handshakeCount);
        using X509Certificate2 fromPem = X509Certificate2.CreateFromPem(pair.CertificatePem, pair.KeyPem);
        return new SslServerAuthenticationOptions
        {
            ApplicationProtocols = [new SslApplicationProtocol("acme-tls/1")],
            ServerCertificate = X509CertificateLoader.LoadPkcs12(fromPem.Export(X509ContentType.Pfx), null),
        };
    }
}
