using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;

namespace Sluice.Hostile.Http2;

/// <summary>H2-10 to H2-13: field blocks that never end (CVE-2024-27316, CVE-2023-45288).</summary>
[Collection(AttackGroup.Name)]
public sealed class ContinuationTests
{
    private const int TimesMax = 100_000;

    [Theory]
    [InlineData(0, "continuation_flood")]
    [InlineData(1, "continuation_flood")]
    [InlineData(100, "continuation_flood")]
    [InlineData(16_384, "header_list_too_large")]
    public async Task Continuation_WithoutEnd_EndsTheConnection(int frameBytes, string reason)
    {
        await using AttackStage stage = AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();
        await client.SendAsync(Frames.OpenHeaders(1, client.Request().ToArray()));

        // Fields that are valid and small, so that nothing but their number is wrong.
        byte[] fields = [.. Enumerable.Repeat(new FieldBlock().Add("x", "y").ToArray(), frameBytes).SelectMany(field => field).Take(frameBytes)];
        byte[] block = frameBytes > 1_000
            ? Frames.Continuation(1, fields, end: false)
            : Frames.Repeat(Frames.Continuation(1, fields, end: false), 100);
        await AttackStage.FloodAsync(client, block, TimesMax / 100);
        await client.ExpectGoAwayAsync(ErrorCode.EnhanceYourCalm);
        await stage.ExpectReasonAsync(reason);
        Assert.Equal(0, stage.Recorder.BytesReceived);
        await stage.ExpectHealthyAsync();
    }

    [Fact]
    public async Task Continuation_HuffmanHeavy_EndsTheConnection()
    {
        await using AttackStage stage = AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();
        await client.SendAsync(Frames.OpenHeaders(1, client.Request().ToArray()));

        // What the code makes longest of: 30 bits for each newline, 5 for each zero.
        byte[] field = new FieldBlock().AddHuffman("x", new string('0', 8_000)).ToArray();
        await AttackStage.FloodAsync(client, Frames.Continuation(1, field, end: false), TimesMax);
        await client.ExpectGoAwayAsync(ErrorCode.EnhanceYourCalm);
        Assert.Equal(0, stage.Recorder.BytesReceived);
        await stage.ExpectHealthyAsync();
    }

    [Fact]
    public async Task Continuation_OnAnotherStream_EndsTheConnection()
    {
        await using AttackStage stage = AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();
        byte[] block = client.Request().ToArray();

        await client.SendAsync(Frames.OpenHeaders(1, block.AsSpan(0, 5)), Frames.Continuation(3, block.AsSpan(5), end: true));
        await client.ExpectGoAwayAsync(ErrorCode.ProtocolError);
        await stage.ExpectReasonAsync("protocol_error");
        Assert.Equal(0, stage.Recorder.BytesReceived);
        await stage.ExpectHealthyAsync();
    }

    [Theory]
    [InlineData("without headers")]
    [InlineData("after the end of a block")]
    [InlineData("data in between")]
    [InlineData("ping in between")]
    [InlineData("unknown frame in between")]
    [InlineData("on stream 0")]
    public async Task Continuation_OutOfPlace_EndsTheConnection(string what)
    {
        await using AttackStage stage = AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();
        byte[] block = client.Request().ToArray();
        byte[] open = Frames.OpenHeaders(1, block.AsSpan(0, 5), end: false);

        await client.TrySendAsync(what switch
        {
            "without headers" => Frames.Continuation(1, block, end: true),
            "after the end of a block" => [.. Frames.Headers(1, block, end: false), .. Frames.Continuation(1, block, end: true)],
            "data in between" => [.. open, .. Frames.Data(1, [1])],
            "ping in between" => [.. open, .. Frames.Ping()],
            "unknown frame in between" => [.. open, .. Frames.Unknown(1, [1])],
            _ => [.. open, .. Frames.Continuation(0, block.AsSpan(5), end: true)],
        });
        await client.ExpectGoAwayAsync(ErrorCode.ProtocolError);
        await stage.ExpectHealthyAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Head_ThatIsNotCompleteInTime_EndsTheConnection(bool drips)
    {
        await using AttackStage stage = AttackStage.Start(new ProxyLimits { RequestHeadTimeoutMs = 2_000 });
        Http2Peer client = await stage.ConnectAsync();
        await client.SendAsync(Frames.OpenHeaders(1, client.Request().ToArray()));

        Task reading = client.ReadToEndAsync();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        for (int i = 0; drips && i < 15 && !reading.IsCompleted; i++)
        {
            await client.TrySendAsync(Frames.Continuation(1, new FieldBlock().Add("a", "b").ToArray(), end: false));
            await ticks.WaitForNextTickAsync();
        }

        await reading;
        Assert.NotNull(client.GoAway);
        await stage.ExpectReasonAsync("header_timeout");
        Assert.Equal(0, stage.Recorder.BytesReceived);
        await stage.ExpectHealthyAsync();
    }

    [Fact]
    public async Task Continuation_WithinTheLimits_IsARequest()
    {
        await using AttackStage stage = AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();
        byte[] block = client.Request().Add("x-long", new string('y', 2_000)).ToArray();

        await client.SendAsync(Frames.OpenHeaders(1, block.AsSpan(0, 1)), Frames.Continuation(1, block.AsSpan(1, 999), end: false), Frames.Continuation(1, block.AsSpan(1_000), end: true));

        Assert.Equal(200, (await client.ReadResponseAsync(1)).Status);
        Assert.Equal(2_000, stage.Recorder.Requests.Single()["x-long"]!.Length);
    }
}
