using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Caching;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;

namespace Sluice.Scenarios.Http2;

/// <summary>
/// Requests that say that they have no content before they have ended: nobody sees anything of them until they have, since with content they are malformed
/// (RFC 9113, section 8.1.1).
/// </summary>
public sealed class EmptyRequestTests
{
    private static readonly TimeSpan AMoment = TimeSpan.FromMilliseconds(150);

    [Theory]
    [InlineData("GET", false)]
    [InlineData("POST", false)]
    [InlineData("POST", true)]
    public async Task Request_IsForwardedOnceItHasEnded(string method, bool hasTrailers)
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        uint stream = await AskAsync(story.Client, method);
        await story.Client.SendAsync(Frames.Data(stream, []));
        await story.Client.RoundTripAsync();
        await story.Upstream.ExpectNoConnectionAsync(AMoment);

        await story.Client.SendAsync(hasTrailers ? Frames.Headers(stream, new FieldBlock().Add("x-a", "b").ToArray()) : Frames.Data(stream, [], end: true));
        HttpRequest request = await (await story.Upstream.AcceptAsync()).ServeAsync("done");

        Assert.Equal(("0", ""), (request["Content-Length"], request.Text));
        Assert.Equal("done", (await story.Client.ReadResponseAsync(stream)).Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_WithContent_IsSeenByNobody(bool isCached)
    {
        await using Http2Story story = await Http2Story.BeginAsync(new ProxySetup { Route = route => isCached ? route with { Cache = new CachePlan() } : route });
        uint stream = await AskAsync(story.Client);
        await story.Client.RoundTripAsync();
        await story.Client.SendAsync(Frames.Data(stream, Bytes.Of("x"), end: true));
        await story.Client.ExpectResetAsync(stream, ErrorCode.ProtocolError);

        await story.Upstream.ExpectNoConnectionAsync(AMoment);
        AccessLogEntry line = await story.LogLineAsync();
        Assert.Equal((400, "request_body_invalid"), (line.Status, line.Error));
        Task<HttpResponse> next = story.Client.GetAsync("/next");
        await (await story.Upstream.AcceptAsync()).ServeAsync("next");
        Assert.Equal("next", (await next).Text);
    }

    [Fact]
    public async Task Request_WhoseEndDoesNotCome_IsAnsweredInTime()
    {
        await using Http2Story story = await Http2Story.BeginAsync(new ProxySetup { Limits = new ProxyLimits { RequestBodyIdleTimeoutMs = 200 } });
        uint stream = await AskAsync(story.Client);

        Assert.Equal(408, (await story.Client.ReadResponseAsync(stream)).Status);
        Assert.Equal("request_body_timeout", (await story.LogLineAsync()).Error);
        await story.Upstream.ExpectNoConnectionAsync(AMoment);
    }

    [Fact]
    public async Task Request_WhoseTimeIsOverByItsEnd_FailsForThat()
    {
        await using Http2Story story = await Http2Story.BeginAsync(new ProxySetup { Limits = new ProxyLimits { RequestTimeoutMs = 100 } });
        uint stream = await AskAsync(story.Client);
        await story.Upstream.ExpectNoConnectionAsync(AMoment);
        await story.Client.SendAsync(Frames.Data(stream, [], end: true));

        Assert.Equal(504, (await story.Client.ReadResponseAsync(stream)).Status);
        Assert.Equal("request_timeout", (await story.LogLineAsync()).Error);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_WhoseClientLeaves_IsOver(bool closes)
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        uint stream = await AskAsync(story.Client);
        await story.Client.RoundTripAsync();
        if (closes)
        {
            story.Client.Abort();
        }
        else
        {
            await story.Client.SendAsync(Frames.Reset(stream));
        }

        AccessLogEntry line = await story.LogLineAsync();
        Assert.Equal((499, "client_gone"), (line.Status, line.Error));
        await story.Upstream.ExpectNoConnectionAsync(AMoment);
    }

    [Fact]
    public async Task Request_OnItsWayAsTheProxyStops_IsOver()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        await AskAsync(story.Client);
        await story.Client.RoundTripAsync();
        await story.Proxy.StopAsync(TimeSpan.Zero);

        Assert.Equal("shutting_down", (await story.LogLineAsync()).Error);
    }

    private static Task<uint> AskAsync(Http2Peer client, string method = "GET") =>
        client.SendHeadAsync(client.Request(method).Add("content-length", "0"), end: false, method);
}
