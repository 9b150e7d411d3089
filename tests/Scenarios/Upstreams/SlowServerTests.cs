using Sluice.Proxy.Plans;
using Sluice.Scenarios.Http2;
using Sluice.Scenarios.Http2Upstreams;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;

namespace Sluice.Scenarios.Upstreams;

/// <summary>Servers that send a little at a time: a head has to be there in time, content may take as long as it comes.</summary>
public sealed class SlowServerTests
{
    // Less than the bytes of a head take, and time enough for a machine that is busy to begin with them.
    private const int HeadTimeoutMs = 2_000;
    private const int IdleTimeoutMs = 4_000;
    private const int Beats = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly ProxyLimits Patience = new() { UpstreamIdleTimeoutMs = IdleTimeoutMs };
    private static readonly string SlowHead = $"HTTP/1.1 200 OK\r\nX-Slow: {new string('x', 1_000)}\r\nContent-Length: 0\r\n\r\n";

    [Trait("Case", "U-19")]
    [Fact]
    public async Task Head_AByteAtATime_Gives504AtTheFirstByteTimeout()
    {
        await using Story story = Story.Begin(new ProxyLimits { FirstByteTimeoutMs = HeadTimeoutMs });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();

        Task<int> sending = server.SendSlowlyAsync(Bytes.Of(SlowHead), 1, TimeSpan.FromMilliseconds(20));

        Assert.Equal(504, (await client.ReadResponseAsync()).Status);
        Assert.Equal("first_byte_timeout", (await story.LogLineAsync()).Error);
        Assert.InRange(await sending, 1, SlowHead.Length - 1);
    }

    [Trait("Case", "U-19")]
    [Fact]
    public async Task Head_OfHttp2AByteAtATime_Gives504AtTheFirstByteTimeout()
    {
        await using UpstreamStory story = UpstreamStory.Begin(new ProxyLimits { FirstByteTimeoutMs = HeadTimeoutMs });
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync();
        byte[] frame = Frames.Headers(request.Id, FieldBlock.Response().Add("x-slow", new string('x', 1_000)).ToArray(), end: true);

        Task sending = Task.Run(async () =>
        {
            using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            for (int i = 0; i < 150; i++)
            {
                await server.SendAsync([frame[i]]);
                await ticks.WaitForNextTickAsync();
            }
        });

        Assert.Equal(504, (await client.ReadResponseAsync()).Status);
        Assert.Equal("first_byte_timeout", (await story.LogLineAsync()).Error);
        await sending;
    }

    // For longer than a server may be silent: whoever counts from the beginning cuts it off.
    [Trait("Case", "U-22")]
    [Fact]
    public async Task Content_InSlowBeatsToHttp2_LivesForAsLongAsItBeats()
    {
        await using Http2Story story = await Http2Story.BeginAsync(new ProxySetup { Limits = Patience });
        (uint stream, ScriptedServerConnection server, _) = await story.OpenAsync();
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
        using var ticks = new PeriodicTimer(Pause);

        for (int i = 1; i <= Beats; i++)
        {
            await server.SendAsync("1\r\n:\r\n");
            await story.Client.ReadContentAsync(stream, i);
            await ticks.WaitForNextTickAsync();
        }

        await server.SendAsync("0\r\n\r\n");
        Assert.Equal(new string(':', Beats), (await story.Client.ReadResponseAsync(stream)).Text);
    }

    [Trait("Case", "U-22")]
    [Fact]
    public async Task Content_OfHttp2InSlowBeats_LivesForAsLongAsItBeats()
    {
        await using UpstreamStory story = UpstreamStory.Begin(Patience);
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await story.OpenAsync();
        await server.SendAsync(Frames.Headers(request.Id, FieldBlock.Response().Add("content-type", "text/event-stream").ToArray(), end: false));
        ContentReader content = client.ContentOf(await client.ReadHeadAsync());
        using var ticks = new PeriodicTimer(Pause);

        for (int i = 0; i < Beats; i++)
        {
            await server.SendAsync(Frames.Data(request.Id, ":"u8));
            await content.ExpectAsync(":");
            await ticks.WaitForNextTickAsync();
        }

        await server.SendAsync(Frames.Data(request.Id, [], end: true));
        Assert.Empty(await content.ReadRestAsync());
    }
}
