using Sluice.Proxy.Certificates;
using Sluice.Proxy.Plans.Tls;
using Sluice.Proxy.Telemetry;
using Sluice.Reactor.Tls;
using Sluice.TestKit.Certificates;
using Xunit;

namespace Sluice.Proxy.Tests.Certificates;

/// <summary>OpenSSL's objects are shared while they are known, and freed when nobody uses them any more.</summary>
public sealed class IdentityCacheTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly List<string> _messages = [];
    private readonly IdentityCache _cache;

    public IdentityCacheTests() => _cache = new IdentityCache(new MessageLog(_messages.Add));

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void Get_TheSameCertificate_SharesWhatWasMade()
    {
        CertificatePlan certificate = _authority.Issue("a.test").Plan;

        Assert.Same(_cache.Get(certificate), _cache.Get(certificate));
        Assert.NotSame(_cache.Get(certificate), _cache.Get(_authority.Issue("a.test").Plan));
    }

    [Fact]
    public void Clear_FreesWhatNobodyUses_AndWhatIsUsedWithItsUser()
    {
        CertificatePlan certificate = _authority.Issue("a.test").Plan;
        TlsIdentity unused = _cache.Get(certificate)!;
        unused.Release();
        TlsIdentity used = _cache.Get(_authority.Issue("b.test").Plan)!;

        _cache.Clear();

        Assert.False(unused.TryReference());
        Assert.True(used.TryReference());
        used.Release();
        used.Release();
        Assert.False(used.TryReference());
        Assert.NotSame(unused, _cache.Get(certificate));
    }

    [Fact]
    public void Get_MoreThanAreKept_FreesThoseBefore()
    {
        const int kept = 2_000;
        CertificatePlan issued = _authority.Issue("a.test").Plan;
        ReadOnlyMemory<byte>[] others = [.. Enumerable.Range(0, 45).Select(_ => _authority.Issue("b.test").Plan.Chain[0])];

        // Each pair of others makes another chain, and so another certificate.
        var identities = new List<TlsIdentity>();
        for (int i = 0; i <= kept; i++)
        {
            identities.Add(_cache.Get(new CertificatePlan([issued.Chain[0], others[i / 45], others[i % 45]], issued.Key.ToArray(), ["a.test"]))!);
            identities[^1].Release();
        }

        Assert.All(identities[..^1], identity => Assert.False(identity.TryReference()));
        Assert.True(identities[^1].TryReference());
    }

    [Fact]
    public async Task Get_WhileOthersClear_IsAlwaysUsable()
    {
        CertificatePlan certificate = _authority.Issue("a.test").Plan;
        using var stop = new CancellationTokenSource();
        Task clearing = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                _cache.Clear();
            }
        });

        Parallel.For(0, 2_000, _ =>
        {
            TlsIdentity identity = _cache.Get(certificate)!;
            Assert.True(identity.TryReference());
            identity.Release();
            identity.Release();
        });

        await stop.CancelAsync();
        await clearing;
        Assert.Empty(_messages);
    }
}
