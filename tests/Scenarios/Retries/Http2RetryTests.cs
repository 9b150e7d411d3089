using Sluice.Proxy.Plans;
using Sluice.Scenarios.Http2Upstreams;
using Sluice.TestKit.Http2;

namespace Sluice.Scenarios.Retries;

/// <summary>Retries where either side speaks HTTP/2.</summary>
public sealed class Http2RetryTests
{
    private static readonly RetryPlan Retries = RetryStage.On(RetryConditions.Reset | RetryConditions.Timeout, new StatusSpan(503, 503));

    [Fact]
    public async Task StatusOfAnHttp2Server_IsRetriedWithTheContent()
    {
        await using UpstreamStory story = UpstreamStory.Begin(new ProxySetup { Route = route => route with { Retries = Retries } });
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) =
            await story.OpenAsync("PUT / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n");
        await client.SendAsync("5\r\nhello\r\n0\r\n\r\n");
        await server.ReadUntilAsync(() => request.IsOver, "the end of the request");
        await server.RespondAsync(request.Id, "busy", status: 503);
        HttpRequest again = await server.ServeAsync("fine");

        Assert.Equal(("hello", "fine"), (Bytes.Text(again.Content), (await client.ReadResponseAsync()).Text));
    }

    [Fact]
    public async Task StreamThatAnHttp2ServerResets_IsRetried()
    {
        await using UpstreamStory story = UpstreamStory.Begin(new ProxySetup { Route = route => route with { Retries = Retries } });
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync();
        await server.SendAsync(Frames.Reset(request.Id, ErrorCode.InternalError));
        await server.ServeAsync("fine");

        Assert.Equal("fine", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task SilenceOfAnHttp2Server_IsRetriedAfterTheTimeOfAnAttempt()
    {
        RetryPlan retries = Retries with { PerTryTimeoutMs = 5_000 };
        await using UpstreamStory story = UpstreamStory.Begin(new ProxySetup { Route = route => route with { Retries = retries } });
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync();
        await server.ExpectResetAsync(request.Id, ErrorCode.Cancel);
        await server.ServeAsync("fine");

        Assert.Equal("fine", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task ContentOfAnHttp2Client_IsSentAgain()
    {
        await using RetryStage stage = RetryStage.Begin(Retries);
        Http2Peer client = await stage.Proxy.ConnectHttp2Async();
        uint stream = await client.SendHeadAsync(client.Request("PUT"), end: false, "PUT");
        ScriptedServerConnection one = await stage.One.AcceptAsync();
        HttpRequest head = await one.ReadHeadAsync();
        await client.SendContentAsync(stream, Bytes.Of(new string('x', 50_000)));
        await one.ContentOf(head).ReadRestAsync();
        await one.SendAsync("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
        HttpRequest again = await (await stage.Two.AcceptAsync()).ServeAsync("fine");

        HttpResponse response = await client.ReadResponseAsync(stream);
        Assert.Equal((200, "fine"), (response.Status, response.Text));
        Assert.Equal(new string('x', 50_000), Bytes.Text(again.Content));
    }
}
