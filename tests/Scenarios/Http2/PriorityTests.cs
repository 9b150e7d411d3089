using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;

namespace Sluice.Scenarios.Http2;

/// <summary>Priorities (RFC 9218) where the connection's window is the bottleneck. The responses are the proxy's own: all of each waits there when its head has come.</summary>
public sealed class PriorityTests
{
    private const int ContentBytes = 30_000;
    private const uint Window = 10_000;

    [Theory]
    [InlineData("u=7", "u=0")]
    [InlineData("u=4", null)]
    [InlineData(null, "u=2")]
    [InlineData("u=5, i", "u=1, i")]
    public async Task UrgentResponse_GoesFirst(string? later, string? sooner)
    {
        await using Http2Story story = await BeginAsync();
        uint last = await OpenAsync(story, later);
        uint first = await OpenAsync(story, sooner);

        await story.Client.SendAsync(Frames.WindowUpdate(0, Window));
        await story.Client.ReadContentAsync(first, Window);
        Assert.Equal(0, story.Client.StreamOf(last).ContentBytes);
        await story.Client.SendAsync(Frames.WindowUpdate(0, 2 * ContentBytes));

        await story.Client.ReadResponseAsync(last);
        Assert.True(story.Client.StreamOf(first).HasEnded);
        Assert.Equal(ContentBytes, story.Client.StreamOf(first).ContentBytes);
    }

    [Fact]
    public async Task PriorityUpdate_OfAWaitingResponse_MovesItToTheFront()
    {
        await using Http2Story story = await BeginAsync();
        uint one = await OpenAsync(story, "u=3");
        uint two = await OpenAsync(story, "u=3");

        await story.Client.SendAsync(Frames.PriorityUpdate(two, "u=1"), Frames.WindowUpdate(0, Window));
        await story.Client.ReadContentAsync(two, Window);

        Assert.Equal(0, story.Client.StreamOf(one).ContentBytes);
    }

    [Fact]
    public async Task Responses_OfTheSameUrgency_GoInTheOrderOfTheirRequests()
    {
        await using Http2Story story = await BeginAsync();
        uint one = await OpenAsync(story, null);
        uint two = await OpenAsync(story, null);

        await story.Client.SendAsync(Frames.WindowUpdate(0, Window));
        await story.Client.ReadContentAsync(one, Window);

        Assert.Equal(0, story.Client.StreamOf(two).ContentBytes);
    }

    [Fact]
    public async Task Responses_ThatAreIncremental_TakeTurns()
    {
        await using Http2Story story = await BeginAsync();
        uint one = await OpenAsync(story, "i", "/more");
        uint two = await OpenAsync(story, "i", "/more");

        await story.Client.SendAsync(Frames.WindowUpdate(0, 160_000));
        await story.Client.ReadUntilAsync(() => story.Client.StreamOf(one).ContentBytes + story.Client.StreamOf(two).ContentBytes == 160_000, "both parts");

        Assert.InRange(story.Client.StreamOf(one).ContentBytes, 60_000, 100_000);
    }

    // With the window of the connection used up.
    private static async Task<Http2Story> BeginAsync()
    {
        var setup = new ProxySetup { Routes = [Fixed("/content", ContentBytes), Fixed("/more", 200_000), Fixed("/window", FlowWindows.Default)] };
        Http2Story story = await Http2Story.BeginAsync(setup, (SettingKind.InitialWindowSize, 1 << 20));
        await story.Client.RoundTripAsync();
        story.Client.GrantsWindows = false;
        await story.Client.GetAsync("/window");
        return story;
    }

    private static RoutePlan Fixed(string path, int contentBytes) => new()
    {
        Name = path, Paths = [new PathMatch(path, IsPrefix: false)], Action = new RespondAction(200, [], [.. new byte[contentBytes]]),
    };

    private static async Task<uint> OpenAsync(Http2Story story, string? priority, string path = "/content")
    {
        uint stream = await story.Client.SendHeadAsync(story.Client.Request(path: path).Add(priority is null ? [] : [("priority", priority)]));
        await story.Client.ReadHeadAsync(stream);
        return stream;
    }
}
