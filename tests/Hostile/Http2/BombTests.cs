using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;
using Sluice.TestKit.Proxy;
using Sluice.TestKit.Sockets;
using Sluice.TestKit.Upstreams;
using Sluice.TestKit.Wire;

namespace Sluice.Hostile.Http2;

/// <summary>
/// H2-14 to H2-17: a few bytes that unpack to much, on many streams at once (CVE-2026-49975). The proxy is a process of its own, whose resident
/// memory may rise by 64 MiB.
/// </summary>
[Collection(AttackGroup.Name)]
public sealed class BombTests : IAsyncLifetime
{
    private const long RiseMax = 64 << 20;
    private const int Connections = 10;
    private const int StreamsMax = 100;

    private readonly RecordingUpstream _recorder = RecordingUpstream.Start(Answer);
    private readonly Transcript _transcript = new();
    private readonly List<Http2Peer> _clients = [];
    private ProxyProcess _proxy = null!;
    private long _residentBefore;

    public async Task InitializeAsync()
    {
        _proxy = await ProxyProcess.StartAsync(_recorder.Plan);

        // Code is compiled and buffers are made by the first requests, of each kind.
        Http2Peer client = await ConnectAsync();
        for (int i = 0; i < 500; i++)
        {
            Assert.Equal(200, (await client.GetAsync(fields: ("x-large", new string('x', 10_000)))).Status);
        }

        _residentBefore = _proxy.ResidentBytes;
    }

    public async Task DisposeAsync()
    {
        foreach (Http2Peer client in _clients)
        {
            await client.DisposeAsync();
        }

        _proxy.Dispose();
        await _recorder.DisposeAsync();
    }

    [Theory]
    [InlineData("one byte each")]
    [InlineData("cookie crumbs")]
    [InlineData("4 KB each")]
    [InlineData("Huffman")]
    [InlineData("in continuations")]
    public async Task Head_ThatUnpacksToMuch_IsRefused(string kind)
    {
        await using Canary canary = Canary.Start(_proxy.EndPoint, pause: TimeSpan.FromMilliseconds(20));
        int before = _recorder.RequestCount;
        for (int i = 0; i < Connections; i++)
        {
            Http2Peer client = await ConnectAsync();
            byte[] block = Bomb(kind, client.Request());
            Task reading = client.ReadUntilAsync(
                () => client.GoAway is not null || client.Streams.Values.Count(stream => stream.IsOver) >= StreamsMax, "the end of all streams");
            for (int stream = 0; stream < StreamsMax && await client.TrySendAsync(HeadersOf(client.NextStream(), block)); stream++)
            {
            }

            await reading;
            Assert.All(client.Streams.Values.Where(stream => stream.HasEnded), stream => Assert.Equal("431", stream[":status"]));
        }

        await ExpectLittleMemoryAsync(canary);
        Assert.DoesNotContain(_recorder.Requests.Skip(before), request => request.Target != "/canary");
    }

    [Fact]
    public async Task Trailers_ThatUnpackToMuch_AreRefused()
    {
        await using Canary canary = Canary.Start(_proxy.EndPoint, pause: TimeSpan.FromMilliseconds(20));
        for (int i = 0; i < Connections; i++)
        {
            Http2Peer client = await ConnectAsync();
            var streams = new List<uint>();
            for (int stream = 0; stream < StreamsMax; stream++)
            {
                streams.Add(await client.SendHeadAsync(client.Request("POST", "/silent"), end: false, "POST"));
            }

            // Each leaves as much behind as there was memory to unpack it.
            FieldBlock bomb = new FieldBlock().AddIncremental("x-large", new string('x', 4_000)).Indexed(62, 12_000);
            Task reading = client.ReadUntilAsync(
                () => client.GoAway is not null || client.Streams.Values.Count(stream => stream.IsOver) >= StreamsMax, "the end of all streams");
            foreach (uint stream in streams)
            {
                await client.TrySendAsync(Frames.Headers(stream, bomb.ToArray()));
            }

            await reading;
        }

        await ExpectLittleMemoryAsync(canary);
    }

    [Fact]
    public async Task Heads_JustWithinTheLimits_HeldOnAllStreams_TakeBoundedMemory()
    {
        await using Canary canary = Canary.Start(_proxy.EndPoint, pause: TimeSpan.FromMilliseconds(20));
        for (int i = 0; i < Connections; i++)
        {
            // 28 KB for each stream by seven bytes, once the table has the entry; and nobody ever answers.
            Http2Peer client = await ConnectAsync();
            FieldBlock first = client.Request(path: "/silent").AddIncremental("x-large", new string('x', 4_000));
            await client.SendHeadAsync(first);
            byte[] block = client.Request(path: "/silent").Indexed(62, 7).ToArray();
            for (int stream = 1; stream < StreamsMax; stream++)
            {
                await client.TrySendAsync(Frames.Headers(client.NextStream(), block));
            }

            await client.RoundTripAsync();
        }

        await ExpectLittleMemoryAsync(canary);
    }

    [Fact]
    public async Task Responses_ThatNobodyTakes_OnAllStreams_TakeBoundedMemory()
    {
        await using Canary canary = Canary.Start(_proxy.EndPoint, pause: TimeSpan.FromMilliseconds(20));
        for (int i = 0; i < Connections; i++)
        {
            Http2Peer client = await ConnectAsync((SettingKind.InitialWindowSize, 0));
            client.GrantsWindows = false;
            var streams = new List<uint>();
            for (int stream = 0; stream < StreamsMax; stream++)
            {
                streams.Add(await client.SendRequestAsync(path: "/large"));
            }

            foreach (uint stream in streams)
            {
                await client.ReadHeadAsync(stream);
            }

            // A byte at a time is progress of a kind; what the proxy holds doesn't grow by it.
            await client.SendAsync([.. streams.Select(stream => Frames.WindowUpdate(stream, 1))]);
            await client.RoundTripAsync();
        }

        await ExpectLittleMemoryAsync(canary);
    }

    private static IReadOnlyList<byte[]> Answer(HttpRequest request) => request.Target switch
    {
        "/silent" => [],
        "/large" => [[.. Bytes.Of("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"), .. new byte[1_000_000]]],
        _ => [Bytes.Of("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")],
    };

    private static byte[] Bomb(string kind, FieldBlock request) => kind switch
    {
        "one byte each" => request.AddIncremental("a", "").Indexed(62, 16_000).ToArray(),
        "cookie crumbs" => request.AddIncremental("cookie", "a=b").Indexed(62, 10_000).ToArray(),
        "4 KB each" => request.AddIncremental("x-large", new string('x', 4_000)).Indexed(62, 12_000).ToArray(),
        "Huffman" => request.AddHuffman("x-large", new string('0', 40_000)).ToArray(),
        _ => request.AddIncremental("a", "").Indexed(62, 100_000).ToArray(),
    };

    private static byte[] HeadersOf(uint stream, byte[] block)
    {
        const int frameBytesMax = 16_384;
        if (block.Length <= frameBytesMax)
        {
            return Frames.Headers(stream, block);
        }

        byte[] first = Frames.OpenHeaders(stream, block.AsSpan(0, frameBytesMax));
        byte[][] rest = block[frameBytesMax..].Chunk(frameBytesMax).ToArray();
        return [.. first, .. rest.SelectMany((part, i) => Frames.Continuation(stream, part, end: i == rest.Length - 1))];
    }

    private async Task<Http2Peer> ConnectAsync(params (SettingKind Kind, uint Value)[] settings)
    {
        Http2Peer client = await Http2Peer.ConnectAsync(_proxy.EndPoint, _transcript, new Http2PeerOptions { Settings = settings });
        _clients.Add(client);
        return client;
    }

    private async Task ExpectLittleMemoryAsync(Canary canary)
    {
        await canary.ExpectAliveAsync();
        Assert.Empty(canary.Failures);
        Assert.InRange(_proxy.ResidentBytesPeak - _residentBefore, long.MinValue, RiseMax);
    }
}
