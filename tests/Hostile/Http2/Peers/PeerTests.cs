using System.Net;
using Sluice.TestKit.Certificates;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;
using Sluice.TestKit.Sockets;
using Sluice.TestKit.Wire;

namespace Sluice.Hostile.Http2.Peers;

/// <summary>The tests' own HTTP/2 client and server, talking to each other: what the other tests rely on, and that wrong frames are noticed.</summary>
public sealed class PeerTests : IAsyncDisposable
{
    private readonly Transcript _transcript = new();
    private readonly TestAuthority _authority = new();
    private Http2Origin? _origin;
    private Http2Peer? _client;

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await _client.DisposeAsync();
        }

        if (_origin is not null)
        {
            await _origin.DisposeAsync();
        }

        _authority.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Exchange_WithContentAndTrailersBothWays_IsWhole(bool isTls)
    {
        (Http2Peer client, Http2OriginConnection server) = await ConnectAsync(isTls);
        byte[] large = new byte[300_000];
        new Random(1).NextBytes(large);

        Task<uint> sending = client.SendRequestAsync("POST", "/up", large, [("x-a", "1")], [("x-sum", "2")]);
        (uint stream, HttpRequest request) = await server.ReadRequestAsync();
        Task answering = server.RespondAsync(stream, Bytes.Text(large), 201, trailers: [("grpc-status", "0")]);
        HttpResponse response = await client.ReadResponseAsync(await sending);
        await answering;

        Assert.Equal(("POST /up HTTP/2.0", "2", "1"), (request.StartLine, request.Trailer("x-sum"), request["x-a"]));
        Assert.Equal(large, request.Content);
        Assert.Equal((201, "0"), (response.Status, response.Trailer("grpc-status")));
        Assert.Equal(large, response.Content);
    }

    public static TheoryData<string, string> WrongFrames() => new()
    {
        { "data above the window", "only 16383 bytes" },
        { "data on an idle stream", "idle stream" },
        { "data before the head", "before the final head" },
        { "data behind the end", "has ended" },
        { "upper case", "the field name" },
        { "connection field", "connection-specific" },
        { "length too short", "content-length" },
        { "trailers without end", "without END_STREAM" },
        { "frame within a block", "within the field block" },
        { "window of nothing", "the increment" },
        { "undefined flag", "the kind, flags" },
        { "large frame", "more than 16384" },
        { "push", "the kind, flags" },
        { "unknown index", "RFC 7541" },
    };

    [Theory]
    [MemberData(nameof(WrongFrames))]
    public async Task Server_ThatBreaksARule_FailsTheTest(string what, string why)
    {
        (Http2Peer client, Http2OriginConnection server) = await ConnectAsync(isTls: false);
        client.GrantsWindows = false;
        uint stream = await client.SendRequestAsync();
        await server.ReadHeadAsync();

        await server.TrySendAsync(WrongBytes(what, stream));

        ScriptException failure = await Assert.ThrowsAsync<ScriptException>(client.ReadToEndAsync);
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
    }

    private static byte[] WrongBytes(string what, uint stream)
    {
        byte[] head = FieldBlock.Response().ToArray();
        byte[] open = Frames.Headers(stream, head, end: false);
        return what switch
        {
            "data above the window" => [.. open, .. Frames.Repeat(Frames.Data(stream, new byte[16_384]), 4)],
            "data on an idle stream" => Frames.Data(9, [1]),
            "data before the head" => Frames.Data(stream, [1]),
            "data behind the end" => [.. open, .. Frames.Data(stream, [1], end: true), .. Frames.Data(stream, [1])],
            "upper case" => Frames.Headers(stream, FieldBlock.Response().Add("X-A", "1").ToArray()),
            "connection field" => Frames.Headers(stream, FieldBlock.Response().Add("connection", "close").ToArray()),
            "length too short" => [.. Frames.Headers(stream, FieldBlock.Response().Add("content-length", "1").ToArray(), end: false), .. Frames.Data(stream, [1, 2], end: true)],
            "trailers without end" => [.. open, .. Frames.Headers(stream, new FieldBlock().Add("x-a", "1").ToArray(), end: false)],
            "frame within a block" => [.. Frames.OpenHeaders(stream, head), .. Frames.Ping()],
            "window of nothing" => Frames.WindowUpdate(stream, 0),
            "undefined flag" => Frames.Of(FrameKind.Ping, (FrameMarks)0x40, 0, new byte[8]),
            "large frame" => [.. open, .. Frames.Data(stream, new byte[16_385])],
            "push" => Frames.PushPromise(stream, 2, head),
            _ => Frames.Headers(stream, new FieldBlock().Indexed(62).ToArray()),
        };
    }

    private async Task<(Http2Peer Client, Http2OriginConnection Server)> ConnectAsync(bool isTls)
    {
        _origin = Http2Origin.Start(_transcript, isTls ? _authority.Issue("a.test").ToX509() : null);
        var endPoint = new IPEndPoint(IPAddress.Loopback, _origin.Plan.Address.Port);
        Task<Http2OriginConnection> accepting = _origin.AcceptAsync();
        _client = await Http2Peer.ConnectAsync(endPoint, _transcript, new Http2PeerOptions { TlsHost = isTls ? "a.test" : null });
        Http2OriginConnection server = await accepting;
        await Task.WhenAll(_client.ExpectAsync(FrameKind.Settings), server.ExpectAsync(FrameKind.Settings));
        return (_client, server);
    }
}
