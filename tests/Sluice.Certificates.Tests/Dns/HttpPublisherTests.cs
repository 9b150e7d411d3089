using Sluice.Certificates.Dns;
using Sluice.TestKit.Sockets;
using Sluice.TestKit.Upstreams;
using Sluice.TestKit.Wire;

namespace Sluice.Certificates.Tests.Dns;

/// <summary>A scripted service as the hook.</summary>
public sealed class HttpPublisherTests : IAsyncLifetime
{
    private readonly ScriptedUpstream _service = ScriptedUpstream.Start(new Transcript(), "service");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Hook_PublishAndRemove_SendsWhatHttpreqSends()
    {
        using HttpPublisher publisher = Create(options => options with { BearerToken = "token-of-the-hook" });

        Task publishing = publisher.PublishAsync("_acme-challenge.a.test", "value\"", default);
        ScriptedServerConnection connection = await _service.AcceptAsync();
        HttpRequest present = await connection.ServeAsync("");
        await publishing;
        Task removing = publisher.RemoveAsync("_acme-challenge.a.test", "value\"", default);
        HttpRequest cleanup = await connection.ServeAsync("");
        await removing;

        Assert.Equal(("POST /hooks/present HTTP/1.1", "POST /hooks/cleanup HTTP/1.1"), (present.StartLine, cleanup.StartLine));
        Assert.Equal("""{"fqdn":"_acme-challenge.a.test.","value":"value\u0022"}""", System.Text.Encoding.UTF8.GetString(present.Content));
        Assert.Contains(present.Fields, field => field is { Key: "Content-Type", Value: "application/json; charset=utf-8" });
        Assert.Contains(present.Fields, field => field is { Key: "Authorization", Value: "Bearer token-of-the-hook" });
    }

    [Fact]
    public async Task Hook_WithUser_SendsBasic()
    {
        using HttpPublisher publisher = Create(options => options with { UserName = "Aladdin", Password = "open sesame" });

        Task publishing = publisher.PublishAsync("_acme-challenge.a.test", "value", default);
        HttpRequest request = await (await _service.AcceptAsync()).ServeAsync();
        await publishing;

        Assert.Contains(request.Fields, field => field is { Key: "Authorization", Value: "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==" });
    }

    [Fact]
    public async Task Hook_Refuses_AnswerIsInTheMessageAndSecretsAreNot()
    {
        using HttpPublisher publisher = Create(options => options with { BearerToken = "top-secret" });

        Task publishing = publisher.PublishAsync("_acme-challenge.a.test", "value", default);
        ScriptedServerConnection connection = await _service.AcceptAsync();
        await connection.ReadRequestAsync();
        await connection.SendAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 27\r\n\r\nno zone\nfor top-secret here");
        var exception = await Assert.ThrowsAsync<CertificateException>(() => publishing);

        Assert.EndsWith("/hooks/present answered 403 for _acme-challenge.a.test: no zone; for *** here", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("top-secret", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hook_Redirects_IsNotFollowed()
    {
        using HttpPublisher publisher = Create();

        Task publishing = publisher.PublishAsync("_acme-challenge.a.test", "value", default);
        ScriptedServerConnection connection = await _service.AcceptAsync();
        await connection.ReadRequestAsync();
        await connection.SendAsync("HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");

        Assert.Contains("answered 307", (await Assert.ThrowsAsync<CertificateException>(() => publishing)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hook_DoesNotAnswer_IsGivenUp()
    {
        using HttpPublisher publisher = Create(options => options with { TimeLimit = TimeSpan.FromSeconds(4) });

        Task publishing = publisher.PublishAsync("_acme-challenge.a.test", "value", default);
        await (await _service.AcceptAsync()).ReadRequestAsync();

        Assert.Contains("didn't answer for _acme-challenge.a.test within 4 s", (await Assert.ThrowsAsync<CertificateException>(() => publishing)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hook_EndlessAnswer_IsCutOff()
    {
        using HttpPublisher publisher = Create();

        Task publishing = publisher.PublishAsync("_acme-challenge.a.test", "value", default);
        ScriptedServerConnection connection = await _service.AcceptAsync();
        await connection.ReadRequestAsync();
        await connection.SendAsync($"HTTP/1.1 500 Oops\r\nContent-Length: 100000\r\n\r\n{new string('x', 100_000)}");

        Assert.Contains("can't be called for _acme-challenge.a.test", (await Assert.ThrowsAsync<CertificateException>(() => publishing)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hook_NobodyListens_SaysSo()
    {
        using var dead = new DeadServer();
        using var publisher = new HttpPublisher(new HttpHookOptions { Url = new Uri($"http://127.0.0.1:{dead.Plan.Address.Port}") }, TimeProvider.System);

        var exception = await Assert.ThrowsAsync<CertificateException>(() => publisher.RemoveAsync("_acme-challenge.a.test", "value", default));

        Assert.Contains("/cleanup can't be called for _acme-challenge.a.test: Connection refused", exception.Message, StringComparison.Ordinal);
    }

    private HttpPublisher Create(Func<HttpHookOptions, HttpHookOptions>? change = null)
    {
        var options = new HttpHookOptions { Url = new Uri($"http://127.0.0.1:{_service.Plan.Address.Port}/hooks/") };
        return new HttpPublisher(change is null ? options : change(options), TimeProvider.System);
    }
}
