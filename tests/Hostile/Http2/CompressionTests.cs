using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;
using Sluice.TestKit.Wire;

namespace Sluice.Hostile.Http2;

/// <summary>H2-18 to H2-20: field blocks that break HPACK (RFC 7541), or make much out of little.</summary>
[Collection(AttackGroup.Name)]
public sealed class CompressionTests
{
    public static TheoryData<string> BrokenBlocks =>
    [
        "index 0", "index behind the table", "index of 2^31", "integer without end", "integer of 2^32", "integer of 2^64", "name behind the table", "string longer than the block",
        "block ends within a name", "block ends within an integer", "Huffman end of string", "Huffman padding of eight bits", "Huffman padding of zeros",
        "table above what was announced", "table size behind a field", "table size three times", "table size ten thousand times",
    ];

    [Theory]
    [MemberData(nameof(BrokenBlocks))]
    public async Task Block_ThatBreaksHpack_EndsTheConnection(string what)
    {
        await using AttackStage stage = AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();

        await client.SendAsync(Frames.Headers(1, Broken(what, client.Request())));

        await client.ExpectGoAwayAsync(ErrorCode.CompressionError);
        await stage.ExpectReasonAsync("compression_error");
        Assert.Equal(0, stage.Recorder.BytesReceived);
        await stage.ExpectHealthyAsync();
    }

    [Fact]
    public async Task Block_ThatBreaksHpack_InTrailersOrOnARefusedStream_EndsTheConnection()
    {
        await using AttackStage stage = AttackStage.Start();
        Http2Peer trailers = await stage.ConnectAsync();
        uint stream = await trailers.SendHeadAsync(trailers.Request("POST"), end: false, "POST");
        await trailers.SendAsync(Frames.Headers(stream, [0x80]));
        await trailers.ExpectGoAwayAsync(ErrorCode.CompressionError);

        // A closed stream's block isn't wanted, but must be decoded for the table's sake.
        Http2Peer closed = await stage.ConnectAsync();
        uint over = await closed.SendHeadAsync(closed.Request("POST"), end: false, "POST");
        await closed.SendAsync(Frames.Reset(over), Frames.Headers(over, [0x80]));
        WireFrame goAway = await closed.ExpectGoAwayAsync(ErrorCode.CompressionError, ErrorCode.StreamClosed, ErrorCode.ProtocolError);
        Assert.Equal(FrameKind.GoAway, goAway.Kind);
        await stage.ExpectHealthyAsync();
    }

    [Fact]
    public async Task Name_OfZeroLength_IsMalformed()
    {
        await using AttackStage stage = AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();

        uint literal = await client.SendHeadAsync(client.Request().Add("", "x"));
        uint indexed = await client.SendHeadAsync(client.Request().AddIncremental("", "x").Indexed(62));

        await client.ExpectResetAsync(literal, ErrorCode.ProtocolError);
        await client.ExpectResetAsync(indexed, ErrorCode.ProtocolError);
        Assert.Equal(0, stage.Recorder.BytesReceived);
        Assert.Equal(200, (await client.GetAsync()).Status);
    }

    [Fact]
    public async Task ClassicBomb_References16000TimesALargeEntry_IsRefusedAndLeavesTheTableInStep()
    {
        await using AttackStage stage = AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();

        // 4 KB by one byte each: 64 MB, if anybody unpacked it.
        FieldBlock bomb = client.Request().AddIncremental("x-large", new string('x', 4_000));
        bomb.Indexed(62, 16_384 - bomb.Length - 1);
        for (int i = 0; i < 5; i++)
        {
            await ExpectRefusedAsync(client, await client.SendHeadAsync(bomb));
        }

        Assert.Equal(0, stage.Recorder.BytesReceived);
        uint good = await client.SendHeadAsync(client.Request().Indexed(62));
        Assert.Equal(200, (await client.ReadResponseAsync(good)).Status);
        Assert.Equal(4_000, stage.Recorder.Requests.Single()["x-large"]!.Length);
        await stage.ExpectHealthyAsync();
    }

    [Fact]
    public async Task ClassicBomb_OverAndOver_EndsTheConnection()
    {
        await using AttackStage stage = AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();
        FieldBlock bomb = client.Request().AddIncremental("x-large", new string('x', 4_000));
        bomb.Indexed(62, 16_384 - bomb.Length - 1);

        Task reading = client.ReadToEndAsync();
        for (int sent = 0; sent < 2_000 && await client.TrySendAsync(Frames.Headers(client.NextStream(), bomb.ToArray())); sent++)
        {
        }

        await reading;
        await client.ExpectGoAwayAsync(ErrorCode.EnhanceYourCalm);
        await stage.ExpectHealthyAsync();
    }

    [Fact]
    public async Task Cookies_ThatAreTooLargeOnlyOnceJoined_AreRefused()
    {
        // Within a limit of 80 KiB in crumbs; with the joined line beside them more than the largest buffer.
        await using AttackStage stage = AttackStage.Start(new ProxyLimits { RequestFieldBytesMax = 80 * 1024 });
        Http2Peer client = await stage.ConnectAsync();
        FieldBlock block = client.Request().AddIncremental("cookie", "a=" + new string('x', 3_900));

        uint refused = await client.SendHeadAsync(block.Indexed(62, 19));
        Assert.Equal(431, (await client.ReadHeadAsync(refused)).Status);
        uint good = await client.SendHeadAsync(client.Request().Indexed(62, 10));

        Assert.Equal(200, (await client.ReadResponseAsync(good)).Status);
        Assert.Equal((10 * 3_904) - 2, stage.Recorder.Requests.Single()["cookie"]!.Length);
        await stage.ExpectHealthyAsync();
    }

    [Fact]
    public async Task TableSize_ChangedInEachRequest_IsFollowed()
    {
        await using AttackStage stage = AttackStage.Start();
        Http2Peer client = await stage.ConnectAsync();

        for (int i = 0; i < 300; i++)
        {
            FieldBlock block = new FieldBlock().TableSize(0).TableSize((ulong)(i % 2 == 0 ? 4_096 : 100));
            block.Add(":method", "GET").Add(":scheme", "http").Add(":authority", "a.test").Add(":path", "/").AddIncremental("x-i", Bytes.Text([(byte)('a' + i % 26)]));
            uint stream = await client.SendHeadAsync(block.Indexed(62));
            Assert.Equal(200, (await client.ReadResponseAsync(stream)).Status);
        }

        Assert.Equal(300, stage.Recorder.RequestCount);
        Assert.Equal(2, stage.Recorder.Requests[^1].All("x-i").Count);
        await stage.ExpectHealthyAsync();
    }

    /// <summary>A field section above the limits is answered with 431, or its stream is reset.</summary>
    internal static async Task ExpectRefusedAsync(Http2Peer client, uint stream)
    {
        StreamRecord record = client.StreamOf(stream);
        await client.ReadUntilAsync(() => record.IsOver, $"the refusal of stream {stream}");
        bool isRefused = record.Reset is not null || record[":status"] == "431";
        Assert.True(isRefused, record.ToString());
    }

    private static byte[] Broken(string what, FieldBlock start) => what switch
    {
        "index 0" => start.Raw(0x80).ToArray(),
        "index behind the table" => start.Indexed(62).ToArray(),
        "index of 2^31" => start.Integer(0x80, 7, 1ul << 31).ToArray(),
        "integer without end" => start.Raw(0xFF).Raw(Enumerable.Repeat((byte)0x80, 1_000).ToArray()).Raw(0).ToArray(),
        "integer of 2^32" => start.Raw(0x00).Integer(0x00, 7, (1ul << 32) + 1).Raw((byte)'x').Text("y").ToArray(),
        "integer of 2^64" => start.Raw(0x00, 0x7F, 0x82, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01).Raw((byte)'x').Text("y").ToArray(),
        "name behind the table" => start.Integer(0x40, 6, 62).Text("y").ToArray(),
        "string longer than the block" => start.Raw(0x00).Text("x").Integer(0x00, 7, 1_000).Raw((byte)'y').ToArray(),
        "block ends within a name" => start.Raw(0x00, 0x05, (byte)'x').ToArray(),
        "block ends within an integer" => start.Raw(0x7F, 0x80).ToArray(),
        "Huffman end of string" => start.Raw(0x00).Text("x").Integer(0x80, 7, 4).Raw(0xFF, 0xFF, 0xFF, 0xFC).ToArray(),
        "Huffman padding of eight bits" => start.Raw(0x00).Text("x").Integer(0x80, 7, 2).Raw(0x1F, 0xFF).ToArray(),
        "Huffman padding of zeros" => start.Raw(0x00).Text("x").Integer(0x80, 7, 1).Raw(0x18).ToArray(),
        "table above what was announced" => [.. new FieldBlock().TableSize(4_097).ToArray(), .. start.ToArray()],
        "table size behind a field" => start.TableSize(100).ToArray(),
        "table size three times" => [.. new FieldBlock().TableSize(0).TableSize(10).TableSize(20).ToArray(), .. start.ToArray()],
        _ => [.. Enumerable.Repeat((byte)0x20, 10_000), .. start.ToArray()],
    };
}
