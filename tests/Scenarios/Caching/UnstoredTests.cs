using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.Caching;

/// <summary>Responses on a cached route that are not stored: they go to the one client that asked.</summary>
public sealed class UnstoredTests
{
    private const string Head = "HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private const string NoStore = "Cache-Control: no-store\r\n";

    // More than is read of what nobody takes, and worth a splice.
    private const int Large = 4_000_000;

    // RFC 9110, section 9.3.2: what follows the head would be read as the next response.
    [Theory]
    [InlineData("Content-Length: 5\r\n", "hello", "5")]
    [InlineData("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n", null)]
    [InlineData("Content-Length: 0\r\n", "", "0")]
    public async Task Head_OfWhatIsNotStored_HasNoContent(string framing, string content, string? length)
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(Head);

        await server.SendAsync($"HTTP/1.1 200 OK\r\n{framing}{NoStore}X-A: 1\r\n\r\n{content}");
        HttpResponse head = await client.ReadResponseAsync("HEAD");
        await client.SendAsync(CacheStage.Get());
        await server.ReadHeadAsync();
        await server.SendAsync(CacheStage.Response(NoStore, "next"));

        Assert.Equal((200, length, "1"), (head.Status, head["Content-Length"], head["X-A"]));
        Assert.Equal("next", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Head_OfWhatIsNotStored_WaitsForNoContent()
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(Head);

        await server.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {Large}\r\n{NoStore}\r\n");
        HttpResponse head = await client.ReadResponseAsync("HEAD");
        await server.ExpectGoneAsync();
        await client.SendAsync(CacheStage.Get());
        ScriptedServerConnection second = await story.AcceptAsync();
        await second.ServeAsync("next");

        Assert.Equal($"{Large}", head["Content-Length"]);
        Assert.Equal("next", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Head_OfWhatHasNoEnd_IsAnswered()
    {
        var limits = new ProxyLimits { DrainTimeoutMs = 50 };
        await using Story story = CacheStage.Begin(limits: limits);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(Head);

        await server.SendAsync($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n{NoStore}\r\n5\r\nhello\r\n");

        Assert.Equal(200, (await client.ReadResponseAsync("HEAD")).Status);
        await server.ExpectGoneAsync();
    }

    [Fact]
    public async Task Head_ContentThatComesLater_IsThrownAwayAndTheConnectionKept()
    {
        await using Story story = CacheStage.Begin(limits: new ProxyLimits { DrainTimeoutMs = 60_000 });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(Head);
        await server.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n{NoStore}\r\n");
        await client.ReadResponseAsync("HEAD");

        await server.SendAsync("hello");
        await UntilIdleAsync(story.Proxy);
        await client.SendAsync(CacheStage.Get());
        await server.ServeAsync("next");

        Assert.Equal("next", (await client.ReadResponseAsync()).Text);
        Assert.Equal(1, story.Upstream.AcceptedCount);
    }

    [Fact]
    public async Task Head_OverHttp2_HasNoContent()
    {
        await using Story story = Story.Begin(CacheStage.SetupOf() with { Http2 = Http2Mode.PriorKnowledge });
        Http2Peer client = await story.Proxy.ConnectHttp2Async();
        uint stream = await client.SendHeadAsync(client.Request("HEAD"), end: true, "HEAD");
        ScriptedServerConnection server = await story.AcceptAsync();
        await server.ReadHeadAsync();

        await server.SendAsync(CacheStage.Response(NoStore));
        HttpResponse head = await client.ReadResponseAsync(stream);

        Assert.Equal((200, "5", ""), (head.Status, head["content-length"], head.Text));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task Page_InThePlaceOfIt_IsSentAtOnce(string method)
    {
        Template text = Template.Parse("none of that", TemplateScope.Response, TemplateSyntax.Content);
        var page = new ErrorPagePlan(404, 404, 0, new PagePlan("text/plain", TemplateEncoding.Text, text), 0, Intercept: true);
        ProxySetup setup = CacheStage.SetupOf();
        await using Story story = Story.Begin(setup with { Route = route => setup.Route!(route) with { ErrorPages = [page] } });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync($"{method} / HTTP/1.1\r\nHost: a.test\r\n\r\n");

        await server.SendAsync($"HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n{NoStore}\r\n");
        HttpResponse response = await client.ReadResponseAsync(method);
        await server.SendAsync("hello");

        Assert.Equal((404, "12", method == "GET" ? "none of that" : ""), (response.Status, response["Content-Length"], response.Text));
    }

    [Fact]
    public async Task LargeContent_IsPassedOnWhole()
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        byte[] content = new byte[Large];
        new Random(1).NextBytes(content);

        Task sending = server.SendAsync(Bytes.Of($"HTTP/1.1 200 OK\r\nContent-Length: {Large}\r\n{NoStore}\r\n").Concat(content).ToArray());
        HttpResponse head = await client.ReadHeadAsync();
        byte[] received = await client.ContentOf(head).ReadRestAsync();
        await sending;
        await client.SendAsync(CacheStage.Get());
        await server.ServeAsync("next");

        Assert.Equal(content, received);
        Assert.Equal("next", (await client.ReadResponseAsync()).Text);
        Assert.InRange((await story.LogLineAsync(line => line.Number("bytes_out") > Large)).Number("bytes_out"), Large, Large + 1000);
    }

    [Fact]
    public async Task LargeContent_ThatBreaksOff_IsSeenToByTheClient()
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        await server.SendAsync(Bytes.Of($"HTTP/1.1 200 OK\r\nContent-Length: {Large}\r\n{NoStore}\r\n").Concat(new byte[200_000]).ToArray());
        HttpResponse head = await client.ReadHeadAsync();

        server.ShutdownSend();

        Assert.Equal(200_000, (await client.ContentOf(head).ReadTruncatedAsync()).Length);
        Assert.Equal("response_truncated", (await story.LogLineAsync()).Error);
    }

    [Fact]
    public async Task LargeContent_WhoseClientLeaves_IsBrokenOff()
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get(), receiveBufferBytes: 4096);
        await server.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {100L * Large}\r\n{NoStore}\r\n");
        await client.ReadHeadAsync();
        long sent = await server.SendUntilBlockedAsync(new byte[100_000], 100L * Large, TimeSpan.FromMilliseconds(200));

        client.Reset();

        await server.ExpectGoneAsync();
        Assert.InRange(sent, 16 * 1024, 99L * Large);
        Assert.Equal("client_reset", (await story.LogLineAsync()).Error);
    }

    private static async Task UntilIdleAsync(ProxyFixture proxy)
    {
        await Patience.UntilAsync(() => !proxy.Server.Servers.Any(static server => server.ActiveRequests > 0));
        await proxy.SettleAsync();
    }
}
