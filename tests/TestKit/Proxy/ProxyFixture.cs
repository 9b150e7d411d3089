using System.Net;
using Sluice.Proxy;
using Sluice.Proxy.Caching.Tiers;
using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Sockets;
using Sluice.TestKit.Time;
using Sluice.TestKit.Wire;

namespace Sluice.TestKit.Proxy;

/// <summary>A running proxy with its logs captured. Its end fails the test when the proxy reported a bug of its own, kept a buffer, or counts a request as in flight.</summary>
public sealed class ProxyFixture : IAsyncDisposable
{
    private readonly SluiceServer _server;
    private readonly Lock _lock = new();
    private readonly List<IAsyncDisposable> _clients = [];

    private ProxyFixture(ProxyPlan plan, int workers, Transcript transcript, ICacheTier? cacheTier = null)
    {
        Transcript = transcript;
        _server = SluiceServer.Start(plan, new SluiceServerOptions
        {
            Workers = workers,
            AccessLogOutput = AccessLog,
            Log = Messages.Add,
            CacheTier = cacheTier,
        });
        EndPoint = _server.EndPoints[0];
    }

    /// <summary>Where it listens.</summary>
    public EndPoint EndPoint { get; }

    /// <summary>The port it listens on.</summary>
    public int Port => ((IPEndPoint)EndPoint).Port;

    /// <summary>Its access log.</summary>
    public AccessLogStream AccessLog { get; } = new();

    /// <summary>Its messages.</summary>
    public MessageCapture Messages { get; } = new();

    /// <summary>What the scripted sides did.</summary>
    public Transcript Transcript { get; }

    /// <summary>Starts a proxy in front of these servers.</summary>
    public static ProxyFixture Start(ProxySetup setup, Transcript transcript, params IReadOnlyList<ServerPlan> servers) =>
        new(setup.ToPlan(servers), setup.Workers, transcript, setup.CacheTier);

    /// <summary>Starts a proxy with a plan of which the first listener is on a port that the kernel chooses.</summary>
    public static ProxyFixture Start(ProxyPlan plan, Transcript transcript, int workers = 1) => new(plan, workers, transcript);

    /// <summary>
    /// Connects a client, which stays connected to the end of the test unless it closes: one that nobody refers to is not collected.
    /// </summary>
    public async Task<ScriptedClient> ConnectAsync(string name = "client", int receiveBufferBytes = 0) =>
        Keep(await ScriptedClient.ConnectAsync(EndPoint, Transcript, name, receiveBufferBytes));

    /// <summary>The same with one that speaks HTTP/2.</summary>
    public async Task<Http2Peer> ConnectHttp2Async(Http2PeerOptions? options = null) => Keep(await Http2Peer.ConnectAsync(EndPoint, Transcript, options));

    /// <summary>The data plane itself.</summary>
    public SluiceServer Server => _server;

    /// <summary>Begins an orderly stop.</summary>
    public Task<bool> StopAsync(TimeSpan grace) => _server.StopAsync(grace);

    /// <summary>Waits until this many client connections are open.</summary>
    public async Task ExpectConnectionsAsync(int count)
    {
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (_server.ConnectionCount != count)
        {
            if (deadline.IsCancellationRequested)
            {
                throw new ScriptException($"{_server.ConnectionCount} client connections are open instead of {count}", Transcript);
            }

            await ticks.WaitForNextTickAsync();
        }
    }

    /// <summary>Waits until every worker has done with what it is at: what it notes down behind the last byte that a peer has seen is there then.</summary>
    public Task SettleAsync() => Task.WhenAll(_server.Loops.Select(loop =>
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(_ => turn.SetResult(), null);
        return turn.Task;
    })).WaitAsync(Patience.PerStep);

    /// <summary>
    /// Waits until a proxy of one worker has read what was sent to it before, by whatever connections: it turns to them in the order in which something comes.
    /// It answers this itself, since nobody is named (RFC 9112, section 3.2).
    /// </summary>
    public async Task PassByAsync()
    {
        await using ScriptedClient client = await ScriptedClient.ConnectAsync(EndPoint, Transcript, "passer-by");
        HttpResponse response = await client.ExchangeAsync("GET /passer-by HTTP/1.1\r\n\r\n");
        if (response.Status != 400)
        {
            throw new ScriptException($"the passer-by got {response.Status}", Transcript);
        }
    }

    /// <summary>Fails when the proxy reported a bug of its own.</summary>
    public void ExpectNoBugs()
    {
        IReadOnlyList<string> bugs = Messages.Bugs;
        if (bugs.Count > 0 || _server.BugCount > 0)
        {
            throw new ScriptException(
                $"The proxy reported {_server.BugCount} bugs of its own:\n{string.Join('\n', Messages.Lines)}", Transcript);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await AccessLog.DisposeAsync();
        foreach (IAsyncDisposable client in _clients)
        {
            await client.DisposeAsync();
        }

        ExpectNoBugs();
        ExpectWholePools();
        ExpectNothingInFlight();
    }

    /// <summary>Fails when something is still counted as in flight; only after the end.</summary>
    private void ExpectNothingInFlight()
    {
        if (new InFlightCounts(_server).NotZero is { Count: > 0 } left)
        {
            throw new ScriptException($"still in flight after the end: {string.Join(", ", left)}", Transcript);
        }
    }

    // Clients connect many at a time.
    private T Keep<T>(T client)
        where T : IAsyncDisposable
    {
        lock (_lock)
        {
            _clients.Add(client);
        }

        return client;
    }

    /// <summary>Fails when a buffer was not given back; only after the end.</summary>
    private void ExpectWholePools()
    {
        int missing = _server.Loops.Sum(loop => loop.Buffers.Outstanding);
        if (missing != 0)
        {
            throw new ScriptException($"{missing} buffers were not given back", Transcript);
        }
    }
}
