using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;

namespace Sluice.Scenarios.Http2;

/// <summary>Connections that end lose nothing that was begun.</summary>
public sealed class GoodbyeTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Preface_AfterAStopHasBegun_IsAnsweredWithSettingsFirst()
    {
        await using Story story = Story.Begin(new ProxySetup { Http2 = Http2Mode.PriorKnowledge });
        Http2Peer client = await story.Proxy.ConnectHttp2Async(new Http2PeerOptions { SendsPreface = false });
        await story.Proxy.ExpectConnectionsAsync(1);

        Task<bool> stopping = story.Proxy.StopAsync(Grace);
        await client.SendAsync(Frames.Preface, Frames.Settings());
        uint stream = await client.SendRequestAsync();
        ScriptedServerConnection server = await story.AcceptAsync();
        await server.ServeAsync("served");

        Assert.Equal("served", (await client.ReadResponseAsync(stream)).Text);
        await client.ExpectGoAwayAsync(ErrorCode.NoError);
        Assert.Equal(FrameKind.Settings, client.Received[0].Kind);
        Assert.True(await stopping);
    }

    [Fact]
    public async Task Request_BehindTheLastGoAway_HarmsNoOther()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync();
        Task<bool> stopping = story.Proxy.StopAsync(Grace);
        await story.Client.ReadUntilAsync(() => story.Client.GoAway?.LastStream == stream, "the last GOAWAY");

        uint late = story.Client.NextStream();
        await story.Client.SendAsync(
            Frames.Headers(late, story.Client.Request("POST", "/late").ToArray(), end: false),
            Frames.Data(late, Bytes.Of("content")),
            Frames.WindowUpdate(late, 5_000),
            Frames.Headers(late, new FieldBlock().Add("x-trailer", "1").ToArray()),
            Frames.Reset(late));
        await story.Client.RoundTripAsync();
        await server.RespondAsync("finished");

        Assert.Equal("finished", (await story.Client.ReadResponseAsync(stream)).Text);
        await story.Client.ExpectGoAwayAsync(ErrorCode.NoError);
        Assert.Equal(stream, story.Client.GoAway!.LastStream);
        Assert.True(await stopping);
    }

    [Fact]
    public async Task GoAway_OfTheClient_IsNoReasonToKeepItsConnectionAtAStop()
    {
        await using Http2Story story = await Http2Story.BeginAsync();
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync();
        await story.Client.SendAsync(Frames.GoAway(0));
        await story.Client.RoundTripAsync();

        Task<bool> stopping = story.Proxy.StopAsync(Grace);
        await story.Client.ReadUntilAsync(() => story.Client.GoAway?.LastStream == stream, "the last GOAWAY");
        await server.RespondAsync("finished");

        Assert.Equal("finished", (await story.Client.ReadResponseAsync(stream)).Text);
        await story.Client.ReadToEndAsync();
        Assert.True(await stopping);
    }
}
