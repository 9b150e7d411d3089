using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;

namespace Sluice.Scenarios.Http2Upstreams;

/// <summary>How connections to a server of HTTP/2 begin and end.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task Settings_AndPings_AreAnswered()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (_, Http2OriginConnection server, _) = await story.OpenAsync(Story.Get, (SettingKind.HeaderTableSize, 0), (SettingKind.EnableConnectProtocol, 1));

        await server.SendAsync(Frames.Settings((SettingKind.MaxFrameSize, 1 << 20)), Frames.Unknown(0, [1]), Frames.Unknown(1, [1]));
        await server.RoundTripAsync();

        Assert.Equal(2, server.Received.Count(frame => frame.Kind == FrameKind.Settings && frame.IsAck));
        Assert.Equal(0u, server.PeerSettings[SettingKind.EnablePush]);
    }

    [Fact]
    public async Task Connection_ThatDiedWhileIdle_IsReplaced()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync();
        await server.RespondAsync(request.Id);
        await client.ReadResponseAsync();

        server.Abort();
        await client.SendAsync(Story.Get);
        Http2OriginConnection another = await story.Origin.AcceptAsync();
        await another.ServeAsync("fine");

        Assert.Equal("fine", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task GoAway_LetsWhatItCoversFinish_AndNewRequestsGoElsewhere()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync();

        await server.SendAsync(Frames.GoAway(int.MaxValue));
        await server.RoundTripAsync();
        (ScriptedClient second, Http2OriginConnection another, StreamRecord two) = await story.OpenAsync();
        await another.RespondAsync(two.Id, "two");
        await server.SendAsync(Frames.GoAway(request.Id));
        await server.RespondAsync(request.Id, "one");

        Assert.Equal("two", (await second.ReadResponseAsync()).Text);
        Assert.Equal("one", (await client.ReadResponseAsync()).Text);
        await server.ReadToEndAsync();
    }

    [Theory]
    [InlineData(true, "upstream_http2_failed", 502)]
    [InlineData(false, "connect_timeout", 504)]
    public async Task Server_ThatSaysNothing_IsGivenUpInTime(bool closes, string error, int status)
    {
        await using var server = ScriptedUpstream.Start(new Transcript());
        var setup = new ProxySetup { UpstreamHttp2 = Http2Mode.PriorKnowledge, Limits = new() { ConnectTimeoutMs = closes ? 5_000 : 200 } };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript(), server.Plan);
        ScriptedClient client = await proxy.ConnectAsync();
        await client.SendAsync(Story.Get);
        ScriptedServerConnection connection = await server.AcceptAsync();
        if (closes)
        {
            connection.Close();
        }

        Assert.Equal(status, (await client.ReadResponseAsync()).Status);
        Assert.Equal(error, (await proxy.AccessLog.WaitForAsync(entry => entry.Path == "/"))[0].Error);
    }

    [Fact]
    public async Task Connection_ThatIsRetiredWhileItIsMade_ServesTheRequestItIsMadeFor()
    {
        await using UpstreamStory story = UpstreamStory.Begin();
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(Story.Get);
        Http2OriginConnection server = await story.Origin.AcceptSilentlyAsync();

        story.Proxy.Server.Reload(new ProxySetup { Http2 = Http2Mode.PriorKnowledge }.ToPlan([]));
        await server.SendAsync(Frames.Settings());
        await server.ServeAsync("served");

        Assert.Equal("served", (await client.ReadResponseAsync()).Text);
        await server.ReadToEndAsync();
    }
}
