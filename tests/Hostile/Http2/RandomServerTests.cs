using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;
using Sluice.TestKit.Proxy;
using Sluice.TestKit.Sockets;
using Sluice.TestKit.Wire;

namespace Sluice.Hostile.Http2;

/// <summary>
/// Servers whose frames are right, a little wrong and nonsense, by chance: the proxy keeps to RFC 9113 in what it sends them, each client is answered, and what
/// is left of such a server is in nobody's way. A failure names the seed.
/// </summary>
[Collection(AttackGroup.Name)]
public sealed class RandomServerTests
{
    private const int RequestsPerSeed = 150;
    private const int FramesMax = 40;

    private static readonly string[] Requests =
    [
        "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n",
        "HEAD / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    ];

    private static readonly TimeSpan ServerTimeMax = TimeSpan.FromMilliseconds(100);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Frames_ByChance_EndInOrder(int seed)
    {
        var transcript = new Transcript();
        await using Http2Origin origin = Http2Origin.Start(transcript);
        origin.StepTimeout = TimeSpan.FromSeconds(120);
        var turn = new Turn();
        Task serving = ServeAsync(origin, seed, turn);
        var setup = new ProxySetup
        {
            UpstreamHttp2 = Http2Mode.PriorKnowledge,

            // A bad server has gone before any of them; a good one is given the time that a busy machine takes.
            Limits = new ProxyLimits { FirstByteTimeoutMs = 10_000, UpstreamIdleTimeoutMs = 10_000, SendTimeoutMs = 10_000, ContinueTimeoutMs = 50 },
        };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, transcript, origin.Plan);
        var random = new Random(seed);
        for (int i = 0; i < RequestsPerSeed; i++)
        {
            await AskAsync(proxy, Requests[random.Next(Requests.Length)]);
        }

        // From now on they are good ones, and nothing is left of the others that a request would stumble over.
        Task[] bad = turn.End();
        await Task.WhenAll(bad);
        for (int i = 0; i < 3; i++)
        {
            await AskAsync(proxy, Requests[0]);
        }

        Assert.Equal((200, "fine"), await AskAsync(proxy, Requests[0]));
        Assert.InRange(bad.Length, RequestsPerSeed / 4, 4 * RequestsPerSeed);
        await proxy.DisposeAsync();
        await origin.DisposeAsync();
        await serving;
        await Task.WhenAll(turn.Good);
    }

    // Whatever comes of it, the client gets a head.
    private static async Task<(int Status, string Text)> AskAsync(ProxyFixture proxy, string request)
    {
        await using ScriptedClient client = await ScriptedClient.ConnectAsync(proxy.EndPoint, new Transcript());
        await client.SendAsync(request);
        HttpResponse response;
        do
        {
            response = await client.ReadHeadAsync();
        }
        while (response.Status < 200);
        string rest = Bytes.Text(await client.ReadToEndAsync());
        return (response.Status, rest == "4\r\nfine\r\n0\r\n\r\n" ? "fine" : rest);
    }

    // Each connection has a server of its own.
    private static async Task ServeAsync(Http2Origin origin, int seed, Turn turn)
    {
        try
        {
            while (true)
            {
                Http2OriginConnection server = await origin.AcceptAsync();
                turn.Add(number => ServeBadlyAsync(server, new Random((seed * 100_000) + number)), () => ServeWellAsync(server));
            }
        }
        catch (Exception exception) when (exception is System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            // The origin has closed.
        }
    }

    private static async Task ServeWellAsync(Http2OriginConnection server)
    {
        server.StepTimeout = TimeSpan.FromSeconds(120);
        while (server.End == ConnectionEnd.Open && await server.ReadFrameAsync() is { } frame)
        {
            if (frame.Kind == FrameKind.Headers)
            {
                await server.RespondAsync(frame.Stream, "fine");
            }
        }
    }

    private static async Task ServeBadlyAsync(Http2OriginConnection server, Random random)
    {
        // A frame that breaks RFC 9113 fails it; whatever ends the connection ends it.
        Task reading = server.ReadToEndAsync();
        if (random.Next(2) == 0)
        {
            await server.TrySendAsync(Frames.Settings((SettingKind.InitialWindowSize, (uint)random.Next(20))));
        }

        var frames = new RandomFrames(random, () => 1, () => Block(random));
        int count = random.Next(1, FramesMax);
        bool isOver = false;
        for (int sent = 0; sent < count && !isOver; sent++)
        {
            (byte[] frame, bool isSpoilt) = frames.Next();
            isOver = !await server.TrySendAsync(frame) || isSpoilt;
        }

        // Some stay until the proxy has had enough of them.
        await Task.WhenAny(reading, Task.Delay(random.Next(2) == 0 ? TimeSpan.Zero : ServerTimeMax));
        await server.DisposeAsync();
        await reading;
    }

    /// <summary>Whose turn it is: first the bad servers, then the good ones. Any thread.</summary>
    private sealed class Turn
    {
        private readonly Lock _lock = new();
        private readonly List<Task> _bad = [];
        private readonly List<Task> _good = [];
        private bool _hasEnded;

        internal Task[] Good
        {
            get
            {
                lock (_lock)
                {
                    return [.. _good];
                }
            }
        }

        internal void Add(Func<int, Task> serveBadly, Func<Task> serveWell)
        {
            lock (_lock)
            {
                (_hasEnded ? _good : _bad).Add(_hasEnded ? serveWell() : serveBadly(_bad.Count));
            }
        }

        /// <summary>Ends that of the bad ones, and returns them all.</summary>
        internal Task[] End()
        {
            lock (_lock)
            {
                _hasEnded = true;
                return [.. _bad];
            }
        }
    }

    private static byte[] Block(Random random)
    {
        FieldBlock block = FieldBlock.Response(random.Next(5) switch { 0 => 103, 1 => 204, 2 => 304, 3 => 503, _ => 200 });
        return random.Next(6) switch
        {
            0 => block.AddIncremental("x-" + random.Next(10), new string('v', random.Next(500))).ToArray(),
            1 => block.Indexed(random.Next(1, 70)).ToArray(),
            2 => block.Add("content-length", random.Next(0, 3_000).ToString(System.Globalization.CultureInfo.InvariantCulture)).ToArray(),
            3 => new FieldBlock().Add("x-trailer", "1").ToArray(),
            _ => block.Add("set-cookie", "a=1").AddHuffman("set-cookie", "b=2").ToArray(),
        };
    }
}
