using System.Security.Cryptography;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;
using Sluice.TestKit.Certificates;

namespace Sluice.Scenarios.Tls;

/// <summary>Certificates that are exchanged while clients shake hands.</summary>
public sealed class RotationTests : IDisposable
{
    private const int Rotations = 100;

    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Rotation_UnderHandshakes_FailsNone_AndShowsTheLastOne()
    {
        CertificatePlan[] certificates = [.. Enumerable.Range(0, 4).Select(_ => _authority.Issue("a.test").Plan)];
        await using ProxyFixture proxy = ProxyFixture.Start(PlanOf(certificates[0]), new Transcript());
        await using TlsClient before = await TlsClient.ConnectAsync(proxy.EndPoint);
        using var stop = new CancellationTokenSource();
        Task<int>[] clients = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() => ShakeHandsAsync(proxy, stop.Token)))];

        for (int i = 1; i <= Rotations; i++)
        {
            proxy.Server.Reload(PlanOf(certificates[i % certificates.Length]));
        }

        await stop.CancelAsync();
        int[] handshakes = await Task.WhenAll(clients);
        await using TlsClient after = await TlsClient.ConnectAsync(proxy.EndPoint);

        Assert.All(handshakes, count => Assert.True(count > 0));
        Assert.Equal(certificates[Rotations % certificates.Length].Fingerprint, Convert.ToHexStringLower(after.ServerCertificate!.GetCertHash(HashAlgorithmName.SHA256)));
        Assert.Equal(200, (await before.GetAsync()).Status);
        proxy.ExpectNoBugs();
    }

    private static async Task<int> ShakeHandsAsync(ProxyFixture proxy, CancellationToken stop)
    {
        int count = 0;
        do
        {
            await using TlsClient client = await TlsClient.ConnectAsync(proxy.EndPoint);
            Assert.Equal(200, (await client.GetAsync()).Status);
            count++;
        }
        while (!stop.IsCancellationRequested);

        return count;
    }

    private static ProxyPlan PlanOf(CertificatePlan certificate) => new ProxySetup
    {
        Tls = new TlsPlan { Certificates = [certificate] },
        Routes = [new RoutePlan { Name = "hello", Action = new RespondAction(200, [], [.. "hello"u8]) }],
    }.ToPlan([]);
}
