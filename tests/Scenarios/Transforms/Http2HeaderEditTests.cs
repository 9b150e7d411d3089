using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;
using Sluice.Scenarios.Http2;
using Sluice.Scenarios.Http2Upstreams;
using Sluice.TestKit.Http2;

namespace Sluice.Scenarios.Transforms;

/// <summary>Headers that a route makes larger than one field block may be: less than the buffer of a head, so that HTTP/1.1 would take them.</summary>
public sealed class Http2HeaderEditTests
{
    private const int Fits = 110 * 1024;

    /// <summary>Below and above what a block may be, and above every buffer.</summary>
    public static TheoryData<int> TooLarge => [120 * 1024, 122 * 1024, 126 * 1024, 140 * 1024];

    [Fact]
    public async Task ResponseHead_BelowTheBound_IsSent()
    {
        await using Http2Story story = await Http2Story.BeginAsync(Setup(Fits));

        HttpResponse response = await story.Client.GetAsync("/fixed");

        Assert.Equal((200, Fits), (response.Status, response.All("x-large").Sum(value => value.Length)));
    }

    [Theory]
    [MemberData(nameof(TooLarge))]
    public async Task ResponseHead_AboveTheBound_Is502WithoutTheChanges(int bytes)
    {
        await using Http2Story story = await Http2Story.BeginAsync(Setup(bytes));
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync();
        await server.RespondAsync("content");

        await ExpectRefusalAsync(story, await story.Client.ReadResponseAsync(stream), "/");
    }

    [Theory]
    [MemberData(nameof(TooLarge))]
    public async Task FixedResponse_AboveTheBound_Is502WithoutTheChanges(int bytes)
    {
        await using Http2Story story = await Http2Story.BeginAsync(Setup(bytes));

        await ExpectRefusalAsync(story, await story.Client.GetAsync("/fixed"), "/fixed");
    }

    [Theory]
    [MemberData(nameof(TooLarge))]
    public async Task AnswerToAnExtendedConnect_AboveTheBound_Is502WithoutTheChanges(int bytes)
    {
        await using Http2Story story = await Http2Story.BeginAsync(Setup(bytes));
        (uint stream, ScriptedServerConnection server, HttpRequest request) = await story.OpenAsync(
            story.Client.Request("CONNECT", "/chat").Add(":protocol", "websocket").Add("sec-websocket-version", "13"), end: false, "CONNECT");
        await server.SendAsync($"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {Http2Story.AcceptOf(request["Sec-WebSocket-Key"]!)}\r\n\r\n");

        await ExpectRefusalAsync(story, await story.Client.ReadHeadAsync(stream), "/chat");
    }

    [Theory]
    [MemberData(nameof(TooLarge))]
    public async Task RequestHead_AboveTheBound_Is431(int bytes)
    {
        await using UpstreamStory story = UpstreamStory.Begin(new ProxySetup { Route = route => route with { RequestHeaders = Edits(bytes) } });
        ScriptedClient client = await story.ConnectAsync();

        await client.SendAsync(Story.Get);
        await story.Origin.AcceptAsync();
        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal((431, "request_head_too_large"), (response.Status, (await story.LogLineAsync()).Error));
        story.Proxy.ExpectNoBugs();
    }

    // Nobody else on the connection is harmed.
    private static async Task ExpectRefusalAsync(Http2Story story, HttpResponse response, string path)
    {
        Assert.Equal((502, false), (response.Status, response.Has("x-large")));
        Assert.Equal("response_head_too_large", (await story.LogLineAsync(path)).Error);
        Assert.Equal(200, (await story.Client.GetAsync("/plain")).Status);
        story.Proxy.ExpectNoBugs();
    }

    private static ProxySetup Setup(int bytes) => new()
    {
        Routes =
        [
            new RoutePlan { Name = "plain", Paths = [new PathMatch("/plain", IsPrefix: false)], Action = new RespondAction(200, [], []) },
            new RoutePlan { Name = "fixed", Paths = [new PathMatch("/fixed", IsPrefix: false)], Action = new RespondAction(200, [], []), ResponseHeaders = Edits(bytes) },
        ],
        Route = route => route with { ResponseHeaders = Edits(bytes) },
    };

    // Letters that take a byte each in a block, too.
    private static PlanList<HeaderEdit> Edits(int bytes) =>
        [.. Enumerable.Range(0, 4).Select(i => new HeaderEdit(HeaderOperation.Add, "x-large", [Template.Parse(new string('~', bytes / 4), TemplateScope.Response)]))];
}
