using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;

namespace Sluice.Hostile.Http2;

/// <summary>Frames that a stream's state has no place for (RFC 9113, section 5.1): the stream ends or the connection does, and the upstream sees one request at most.</summary>
public sealed class StreamStateTests
{
    [Theory]
    [InlineData("data after END_STREAM")]
    [InlineData("headers after END_STREAM")]
    [InlineData("data after trailers")]
    [InlineData("trailers after trailers")]
    [InlineData("trailers without END_STREAM")]
    [InlineData("a head instead of trailers")]
    public async Task Frame_AfterItsEnd_EndsTheStreamOrTheConnection(string what)
    {
        await using AttackStage stage = AttackStage.StartSilent();
        Http2Peer client = await stage.ConnectAsync();
        uint stream = await client.SendHeadAsync(client.Request("POST"), end: false, "POST");
        byte[] trailers = new FieldBlock().Add("x-a", "b").ToArray();

        await client.SendAsync(what switch
        {
            "data after END_STREAM" => [Frames.Data(stream, [1], end: true), Frames.Data(stream, [2])],
            "headers after END_STREAM" => [Frames.Data(stream, [1], end: true), Frames.Headers(stream, client.Request().ToArray())],
            "data after trailers" => [Frames.Headers(stream, trailers), Frames.Data(stream, [2])],
            "trailers after trailers" => [Frames.Headers(stream, trailers), Frames.Headers(stream, trailers)],
            "trailers without END_STREAM" => [Frames.Data(stream, [1]), Frames.Headers(stream, trailers, end: false)],
            _ => [Frames.Data(stream, [1]), Frames.Headers(stream, client.Request().ToArray())],
        });

        await client.ReadUntilAsync(() => client.StreamOf(stream).IsOver || client.GoAway is not null, "an end");
        ErrorCode? error = client.GoAway?.Error ?? client.StreamOf(stream).Reset;
        Assert.True(error is ErrorCode.StreamClosed or ErrorCode.ProtocolError, $"{error}");
        await stage.ExpectUpstreamIdleAsync();
        await stage.ExpectHealthyAsync();
    }

    [Theory]
    [InlineData("headers on a lower stream")]
    [InlineData("headers on a stream that has ended")]
    [InlineData("data on a stream that has ended")]
    [InlineData("data on a stream that was skipped")]
    public async Task Frame_OnAClosedStream_IsNoRequest(string what)
    {
        await using AttackStage stage = AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();
        uint skipped = client.NextStream();
        uint ended = await client.SendRequestAsync();
        Assert.Equal(200, (await client.ReadResponseAsync(ended)).Status);

        await client.TrySendAsync(what switch
        {
            "headers on a lower stream" => Frames.Headers(skipped, client.Request(path: "/smuggled").ToArray()),
            "headers on a stream that has ended" => Frames.Headers(ended, client.Request(path: "/smuggled").ToArray()),
            "data on a stream that has ended" => Frames.Data(ended, [1]),
            _ => Frames.Data(skipped, [1]),
        });
        await client.TrySendAsync(Frames.Ping(7));
        await client.ReadUntilAsync(() => client.GoAway is not null || client.Received.Any(frame => frame.IsAck && frame.Kind == FrameKind.Ping && frame.Payload[^1] == 7), "an answer");

        Assert.True(what.StartsWith("data", StringComparison.Ordinal) || client.GoAway is not null, "the client opens streams that are closed");
        Assert.Equal(1, stage.Recorder.RequestCount);
        await stage.ExpectHealthyAsync();
    }

    [Fact]
    public async Task Frames_ThatWereOnTheirWay_WhenTheStreamWasReset_AreNoOffence()
    {
        await using AttackStage stage = AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();

        // Refused at once; the client learns of it when it has sent all this.
        for (int i = 0; i < 20; i++)
        {
            uint stream = await client.SendHeadAsync(client.Request("POST").Add("connection", "close"), end: false, "POST");
            await client.SendAsync(
                Frames.Data(stream, new byte[1_000]), Frames.WindowUpdate(stream, 5_000), Frames.Priority(stream, 0), Frames.Headers(stream, new FieldBlock().Add("x-a", "b").ToArray()));
        }

        Assert.Equal(200, (await client.GetAsync()).Status);
        Assert.Null(client.GoAway);
        Assert.Equal(1, stage.Recorder.RequestCount);
    }

    [Fact]
    public async Task Windows_OfRefusedContent_AreGivenBack()
    {
        await using AttackStage stage = AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();

        // Four times the connection's window, on streams that are refused, then a request that needs one.
        for (int i = 0; i < 40; i++)
        {
            uint stream = await client.SendHeadAsync(client.Request("POST").Add("te", "gzip"), end: false, "POST");
            await client.SendContentAsync(stream, new byte[100_000], end: false);
            await client.ExpectResetAsync(stream, ErrorCode.ProtocolError);
        }

        uint good = await client.SendRequestAsync("POST", content: new byte[1_000_000]);
        Assert.Equal(200, (await client.ReadResponseAsync(good)).Status);
        Assert.Equal(1_000_000, stage.Recorder.Requests.Single().Content.Length);
    }
}
