using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;

namespace Sluice.Scenarios.Http2;

/// <summary>Frames that few clients send, in ways that few clients do.</summary>
public sealed class OddFrameTests
{
    [Fact]
    public async Task TableSize_LoweredAndRaisedAtOnce_EmptiesTheTable()
    {
        var hello = new RoutePlan { Name = "hello", Action = new RespondAction(200, [new("x-long", new string('x', 200))], [.. Bytes.Of("hi")]) };
        await using var proxy = ProxyFixture.Start(new ProxySetup { Http2 = Http2Mode.PriorKnowledge, Routes = [hello] }, new Transcript());
        Http2Peer client = await proxy.ConnectHttp2Async();
        for (int i = 0; i < 4; i++)
        {
            await client.GetAsync();
        }

        await client.SendAsync(Frames.Settings((SettingKind.HeaderTableSize, 0), (SettingKind.HeaderTableSize, 4_096)));
        await client.RoundTripAsync();
        uint stream = await client.SendRequestAsync();
        WireFrame head = await client.ExpectAsync(FrameKind.Headers, stream);

        // RFC 7541, section 4.2: the smallest size, then the last one.
        Assert.Equal(0x20, head.Payload[0]);
        Assert.Equal([0x3F, 0xE1, 0x1F], head.Payload[1..4]);
        Assert.Equal(new string('x', 200), (await client.ReadResponseAsync(stream))["x-long"]);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(2u)]
    public async Task PriorityUpdate_OfWhatIsNoRequest_EndsTheConnection(uint stream)
    {
        await using Http2Story story = await Http2Story.BeginAsync();

        await story.Client.SendAsync(Frames.PriorityUpdate(stream, "u=1"));

        await story.Client.ExpectGoAwayAsync(ErrorCode.ProtocolError);
    }

    [Fact]
    public async Task Frames_EachInTime_AreNeverTooSlowTogether()
    {
        var limits = new ProxyLimits { RequestHeadTimeoutMs = 3_000 };
        await using Http2Story story = await Http2Story.BeginAsync(new ProxySetup { Limits = limits });
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync();

        // Whenever the proxy reads, the end of a frame and the beginning of the next are there.
        byte[] ping = Frames.Ping();
        await story.Client.SendAsync(ping[..10]);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (int i = 0; i < 45; i++)
        {
            await ticks.WaitForNextTickAsync();
            await story.Client.TrySendAsync((byte[])[.. ping[10..], .. ping[..10]]);
        }

        await story.Client.TrySendAsync(ping.AsMemory(10));
        await server.RespondAsync("in time");
        Assert.Equal("in time", (await story.Client.ReadResponseAsync(stream)).Text);
    }

    [Fact]
    public async Task Frame_ThatNeverEnds_IsTooSlow()
    {
        var limits = new ProxyLimits { RequestHeadTimeoutMs = 1_000 };
        await using Http2Story story = await Http2Story.BeginAsync(new ProxySetup { Limits = limits });
        await story.OpenAsync();

        byte[] ping = Frames.Ping();
        await story.Client.TrySendAsync((byte[])[.. ping, .. ping[..10]]);

        await story.Client.ExpectGoAwayAsync(ErrorCode.EnhanceYourCalm);
    }
}
