using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.Http2;

/// <summary>Connections that end lose nothing that was begun.</summary>
public sealed class GoodbyeTests
{
    private static readonly TimeSpan Grace = Patience.PerStep;

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

    [Fact]
    public async Task Responses_ThatTheClientHasYetToRead_AreWholeWhenTheConnectionEnds()
    {
        const int contentBytes = 20_000;
        var large = new RoutePlan { Name = "large", Action = new RespondAction(200, [], [.. new byte[contentBytes]]) };
        await using var proxy = ProxyFixture.Start(new ProxySetup { Http2 = Http2Mode.PriorKnowledge, Routes = [large] }, new Transcript());
        Http2Peer client = await proxy.ConnectHttp2Async(new Http2PeerOptions { ReceiveBufferBytes = 4_096, Settings = [(SettingKind.InitialWindowSize, 1 << 30)] });
        await client.SendAsync(Frames.WindowUpdate(0, 1 << 30));
        client.GrantsWindows = false;
        List<uint> served = await FillAsync(proxy, client);

        // The client has read nothing, and what it asked for last had no room and was given up: all that is left is served, and yet to be sent.
        Task<bool> stopping = proxy.StopAsync(Grace);
        await Task.WhenAny(stopping, Task.Delay(TimeSpan.FromSeconds(2)));
        Assert.False(stopping.IsCompleted);
        foreach (uint stream in served)
        {
            Assert.Equal(contentBytes, (await client.ReadResponseAsync(stream)).Content.Length);
        }

        await client.ReadToEndAsync();
        Assert.True(await stopping);
    }

    // Asks for more and more at once until responses find no room any more, and gives those up.
    private static async Task<List<uint>> FillAsync(ProxyFixture proxy, Http2Peer client)
    {
        const int atOnce = 20;
        var all = new List<uint>();
        bool isFull = false;
        while (!isFull)
        {
            for (int i = 0; i < atOnce; i++)
            {
                all.Add(await client.SendRequestAsync(path: $"/{all.Count}"));
            }

            try
            {
                await proxy.AccessLog.WaitForAsync(_ => true, all.Count).WaitAsync(TimeSpan.FromSeconds(3));
            }
            catch (TimeoutException)
            {
                isFull = true;
            }
        }

        string?[] logged = [.. proxy.AccessLog.Entries.Select(entry => entry.Path)];
        uint[] given = [.. all.Where((_, number) => !logged.Contains($"/{number}"))];
        await client.SendAsync([.. given.Select(stream => Frames.Reset(stream))]);
        await proxy.AccessLog.WaitForAsync(_ => true, all.Count);
        return [.. all.Except(given)];
    }
}
