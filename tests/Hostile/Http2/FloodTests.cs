using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;

namespace Sluice.Hostile.Http2;

/// <summary>H2-21 to H2-27: frames that cost the sender nothing, without end (CVE-2019-9511 to CVE-2019-9518).</summary>
[Collection(AttackGroup.Name)]
public sealed class FloodTests
{
    private const int PerWrite = 100;
    private const int WritesMax = 1_000;

    [Theory]
    [InlineData("ping", "ping_flood")]
    [InlineData("ping with 0 read", "ping_flood")]
    [InlineData("settings", "settings_flood")]
    [InlineData("settings of windows", "settings_flood")]
    [InlineData("empty data", "empty_frames")]
    [InlineData("data of padding alone", "empty_frames")]
    [InlineData("one byte of data", "tiny_data")]
    [InlineData("priority", "priority_flood")]
    [InlineData("priority of streams that never were", "priority_flood")]
    [InlineData("priority update", "priority_flood")]
    [InlineData("window update of one byte", "window_update_flood")]
    [InlineData("window update of one byte on a stream", "window_update_flood")]
    [InlineData("unknown frames", "unknown_frames")]
    public async Task Frames_WithoutEnd_EndTheConnection(string kind, string reason)
    {
        await using AttackStage stage = AttackStage.StartSilent();
        Http2Peer client = await stage.ConnectAsync();
        uint stream = await client.SendHeadAsync(client.Request("POST"), end: false, "POST");
        await client.RoundTripAsync();

        await AttackStage.FloodAsync(client, Frames.Repeat(Frame(kind, stream), PerWrite), WritesMax);

        await client.ExpectGoAwayAsync(ErrorCode.EnhanceYourCalm);
        await stage.ExpectReasonAsync(reason);
        await stage.ExpectUpstreamIdleAsync();
        await stage.ExpectHealthyAsync();
    }

    [Fact]
    public async Task EmptyHeaders_OnEachStream_EndTheConnection()
    {
        await using AttackStage stage = AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();
        client.Answers = false;

        Task reading = client.ReadToEndAsync();
        int sent = 0;
        while (sent < 100_000 && await client.TrySendAsync(Enumerable.Range(0, PerWrite).SelectMany(_ => Frames.Headers(client.NextStream(), [])).ToArray()))
        {
            sent += PerWrite;
        }

        await reading;
        await client.ExpectGoAwayAsync(ErrorCode.EnhanceYourCalm);
        await stage.ExpectReasonAsync("server_resets");
        Assert.Equal(0, stage.Recorder.BytesReceived);
        await stage.ExpectHealthyAsync();
    }

    [Fact]
    public async Task Streams_AboveTheLimit_AreRefused_AndEndTheConnectionInTheEnd()
    {
        await using AttackStage stage = AttackStage.StartSilent();
        Http2Peer client = await stage.ConnectAsync();
        client.Answers = false;

        Task reading = client.ReadToEndAsync();
        byte[] block = client.Request().ToArray();
        int sent = 0;
        while (sent < 100_000 && await client.TrySendAsync(Enumerable.Range(0, PerWrite).SelectMany(_ => Frames.Headers(client.NextStream(), block)).ToArray()))
        {
            sent += PerWrite;
        }

        await reading;
        await client.ExpectGoAwayAsync(ErrorCode.EnhanceYourCalm);
        Assert.Contains(client.Streams.Values, stream => stream.Reset == ErrorCode.RefusedStream);
        Assert.DoesNotContain(client.Streams.Values, stream => stream.Id <= 200 && stream.Reset == ErrorCode.RefusedStream);
        await stage.ExpectReasonAsync("too_many_streams");
        await stage.Recorder.ExpectAcceptedAsync();
        Assert.InRange(stage.Recorder.OpenConnectionsPeak, 0, 100);
        await stage.ExpectUpstreamIdleAsync();
        await stage.ExpectHealthyAsync();
    }

    [Fact]
    public async Task Answers_ThatNobodyReads_AreBounded()
    {
        await using AttackStage stage = AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();
        client.StepTimeout = TimeSpan.FromSeconds(20);

        // Nothing is read, so the answers fill the kernel's buffers and then the proxy's queue; it must neither grow nor go on for ever.
        long before = ManagedMemory.Bytes;
        int sent = await client.FloodAsync(Frames.Repeat(Frames.Ping(), 1_000), 10_000);

        Assert.True(sent < 10_000, "ten million of them were taken");
        await ManagedMemory.ExpectRiseAsync(before, 32 << 20);
        await stage.ExpectReasonAsync("ping_flood");
        await stage.ExpectHealthyAsync();
    }

    [Fact]
    public async Task Frames_AsHonestClientsSendThem_AreNoAttack()
    {
        await using AttackStage stage = AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();

        // A chat: each message is a small DATA frame, with a PING now and then and the window kept open.
        uint stream = await client.SendHeadAsync(client.Request("POST").Add("content-type", "application/grpc"), end: false, "POST");
        for (int i = 0; i < 200; i++)
        {
            await client.SendAsync(Frames.Data(stream, new byte[20]));
            if (i % 10 == 0)
            {
                await client.RoundTripAsync();
                await client.SendAsync(Frames.WindowUpdate(0, 100), Frames.Priority(stream, 0));
            }
        }

        await client.SendAsync(Frames.Data(stream, [], end: true));
        Assert.Equal(200, (await client.ReadResponseAsync(stream)).Status);
        Assert.Null(client.GoAway);
        Assert.Equal(4_000, stage.Recorder.Requests.Single().Content.Length);
        await stage.ExpectHealthyAsync();
    }

    private static byte[] Frame(string kind, uint stream) => kind switch
    {
        "ping" => Frames.Ping(1),
        "ping with 0 read" => Frames.Ping(2),
        "settings" => Frames.Settings(),
        "settings of windows" => [.. Frames.Settings((SettingKind.InitialWindowSize, 0)), .. Frames.Settings((SettingKind.InitialWindowSize, int.MaxValue))],
        "empty data" => Frames.Data(stream, []),
        "data of padding alone" => Frames.Data(stream, [], padding: 0),
        "one byte of data" => Frames.Data(stream, [1]),
        "priority" => Frames.Priority(stream, 0),
        "priority of streams that never were" => Frames.Priority(4_001, 0),
        "priority update" => Frames.PriorityUpdate(stream, "u=1"),
        "window update of one byte" => Frames.WindowUpdate(0, 1),
        "window update of one byte on a stream" => Frames.WindowUpdate(stream, 1),
        _ => Frames.Unknown(0, [1, 2, 3]),
    };
}
