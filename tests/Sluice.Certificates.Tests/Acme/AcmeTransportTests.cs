using System.Text;
using Sluice.Certificates.Acme;
using Sluice.TestKit.Time;
using Sluice.TestKit.Web;

namespace Sluice.Certificates.Tests.Acme;

/// <summary>Answers that no issuer should give.</summary>
public class AcmeTransportTests
{
    [Fact]
    public async Task Answer_OfAnotherContentType_IsRefused()
    {
        AcmeException failure = await GetAsync(_ => SmallResponse.Text(200, "{}"));

        Assert.Contains("text/plain", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_WithoutEnd_IsCutOff()
    {
        AcmeException failure = await GetAsync(_ => new SmallResponse(200, "application/json", new byte[2 * 1024 * 1024]));

        Assert.Contains("did not answer", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_ThatDoesNotCome_IsGivenUp()
    {
        var never = new TaskCompletionSource<SmallResponse>();
        await using var server = SmallWebServer.Start(_ => never.Task);
        using var transport = new AcmeTransport(IssuerTrust.CreateHandler(null), TimeSpan.FromMilliseconds(200), TimeProvider.System);

        AcmeException failure = await Assert.ThrowsAsync<AcmeException>(() => transport.GetAsync(UriOf(server), default));

        Assert.Contains("did not answer within 0.2 s", failure.Message, StringComparison.Ordinal);
        never.SetResult(SmallResponse.Text(200, ""));
    }

    [Fact]
    public async Task Answer_ThatLeadsElsewhere_IsNotFollowed()
    {
        int count = 0;
        AcmeException failure = await GetAsync(_ =>
        {
            count++;
            return SmallResponse.Text(302, "").With("Location", "/elsewhere");
        });

        Assert.Equal((1, 302), (count, failure.Status));
    }

    [Fact]
    public async Task Answer_ThatIsNested_IsRefused()
    {
        string text = string.Concat(Enumerable.Repeat("{\"a\":", 50)) + "1" + new string('}', 50);
        await using var server = SmallWebServer.Start(_ => Task.FromResult(new SmallResponse(200, "application/json", Encoding.ASCII.GetBytes(text))));
        using var transport = new AcmeTransport(IssuerTrust.CreateHandler(null), Patience.PerStep, TimeProvider.System);
        AcmeAnswer answer = await transport.GetAsync(UriOf(server), default);

        Assert.Throws<AcmeException>(() => answer.ReadObject());
    }

    private static Uri UriOf(SmallWebServer server) => new($"http://127.0.0.1:{server.Port}/directory");

    private static async Task<AcmeException> GetAsync(Func<SmallRequest, SmallResponse> answer)
    {
        await using var server = SmallWebServer.Start(request => Task.FromResult(answer(request)));
        using var transport = new AcmeTransport(IssuerTrust.CreateHandler(null), Patience.PerStep, TimeProvider.System);
        return await Assert.ThrowsAsync<AcmeException>(() => transport.GetAsync(UriOf(server), default));
    }
}
