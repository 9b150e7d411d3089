using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Scenarios.Forwarding;

/// <summary>Interim responses (RFC 9110, section 15.2) and content that is only sent when asked for (section 10.1.1).</summary>
public sealed class InterimTests
{
    private const string Expecting = "POST / HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
    private static readonly TimeSpan AMoment = TimeSpan.FromMilliseconds(100);

    [Trait("Case", "U-36")]
    [Fact]
    public async Task SeveralEarlyHints_ThenTheFinalResponse_AllArriveInOrder()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();

        await server.SendAsync("HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n");
        HttpResponse first = await client.ReadHeadAsync();
        await server.SendAsync("HTTP/1.1 103 Early Hints\r\nLink: </b.js>; rel=preload\r\nLink: </c.js>\r\n\r\n");
        HttpResponse second = await client.ReadHeadAsync();
        await server.RespondAsync("done");
        HttpResponse final = await client.ReadResponseAsync();

        Assert.Equal((103, "</a.css>; rel=preload"), (first.Status, first["Link"]));
        Assert.Equal(103, second.Status);
        Assert.Equal(["</b.js>; rel=preload", "</c.js>"], second.All("Link"));
        Assert.Equal((200, "done"), (final.Status, final.Text));
    }

    [Fact]
    public async Task EarlyHints_InOnePacketWithTheFinalResponse_AllArrive()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();

        await server.SendAsync("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
            + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

        Assert.Equal(102, (await client.ReadHeadAsync()).Status);
        Assert.Equal(103, (await client.ReadHeadAsync()).Status);
        Assert.Equal("ok", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task EarlyHints_OnARouteThatChangesResponses_AreChangedLikeThem()
    {
        PlanList<HeaderEdit> edits =
        [
            new(HeaderOperation.Remove, "x-internal", []),
            new(HeaderOperation.RemovePrefix, "x-debug-", []),
            new(HeaderOperation.Set, "server", [Template.Parse("sluice", TemplateScope.Response)]),
        ];
        await using Story story = Story.Begin(new ProxySetup
        {
            Route = route => route with
            {
                ResponseHeaders = edits,
                Rewrite = new RewritePlan { AddPrefix = "/v2" },
                RewriteLocation = [],
                RewriteCookies = new CookieRewritePlan { Secure = true },
            },
        });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();

        await server.SendAsync("HTTP/1.1 103 Early Hints\r\nX-Internal: 10.0.0.1\r\nX-Debug-A: 1\r\nServer: old/1.0\r\nContent-Location: /v2/a\r\n"
            + "Set-Cookie: id=1\r\nLink: </a>\r\n\r\n");
        HttpResponse hints = await client.ReadHeadAsync();
        await server.RespondAsync();

        Assert.Equal((null, null, null), (hints["X-Internal"], hints["X-Debug-A"], hints["Server"]));
        Assert.Equal(("/a", "id=1; Secure", "</a>"), (hints["Content-Location"], hints["Set-Cookie"], hints["Link"]));
        Assert.Equal("sluice", (await client.ReadResponseAsync())["Server"]);
    }

    [Fact]
    public async Task EarlyHints_ThatRewritingMakesTooLarge_FailWithTheirName()
    {
        var cookies = new CookieRewritePlan { Domains = [new("a", new string('b', 4_000))] };
        await using Story story = Story.Begin(new ProxySetup { Route = route => route with { RewriteCookies = cookies } });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();

        await server.SendAsync($"HTTP/1.1 103 Early Hints\r\n{string.Concat(Enumerable.Repeat("Set-Cookie: id=1; Domain=a\r\n", 50))}\r\n");

        Assert.Equal(502, (await client.ReadResponseAsync()).Status);
        Assert.Equal("response_head_too_large", (await story.LogLineAsync()).Error);
    }

    [Trait("Case", "U-36")]
    [Fact]
    public async Task EarlyHints_ToAnHttp10Client_AreLeftOut()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync("GET / HTTP/1.0\r\nHost: a.test\r\n\r\n");

        await server.SendAsync("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
        await server.RespondAsync();

        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task ExpectContinue_ServerSaysContinue_OnlyThenIsTheContentAskedFor()
    {
        await using Story story = Story.Begin();
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(Expecting);
        ScriptedServerConnection server = await story.AcceptAsync();
        HttpRequest head = await server.ReadHeadAsync();
        Assert.Equal("100-continue", head["Expect"]);
        await client.ExpectSilenceAsync(AMoment);

        await server.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
        Assert.Equal(100, (await client.ReadHeadAsync()).Status);
        await client.SendAsync("hello");
        await server.ExpectAsync("hello");
        await server.RespondAsync("thanks");

        Assert.Equal("thanks", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task ExpectContinue_ServerRefuses_TheContentIsNeverAskedFor()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(Expecting);

        await server.SendAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal((403, "no"), (response.Status, response.Text));
        await client.ExpectGoneAsync();
        await server.ExpectGoneAsync();
    }

    [Fact]
    public async Task ExpectContinue_ServerKeepsSilent_TheContentIsAskedForAfterAWhile()
    {
        await using Story story = Story.Begin(new ProxyLimits { ContinueTimeoutMs = 100 });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(Expecting);

        Assert.Equal(100, (await client.ReadHeadAsync()).Status);
        await client.SendAsync("hello");
        await server.ExpectAsync("hello");
        await server.RespondAsync();

        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task ExpectContinue_ClientDoesNotWait_TheContentPasses()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(Expecting + "hello");

        await server.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
        await server.ExpectAsync("hello");
        await server.RespondAsync();

        HttpResponse response = await client.ReadResponseAsync();
        response = response.Status == 100 ? await client.ReadResponseAsync() : response;
        Assert.Equal("ok", response.Text);
    }

    [Fact]
    public async Task ExpectContinue_WithoutContent_MeansNothing()
    {
        await using Story story = Story.Begin();
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\n\r\n");
        ScriptedServerConnection server = await story.AcceptAsync();
        await server.ServeAsync();

        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }
}
