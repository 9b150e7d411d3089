using System.Net;
using System.Net.Sockets;
using Sluice.Proxy.Plans;
using Sluice.TestKit.Time;
using Sluice.TestKit.Wire;

namespace Sluice.TestKit.Upstreams;

/// <summary>
/// A server that answers every request with 200 and its name, or what the test says, keeps connections open, and keeps what it received. It
/// reads with <see cref="StrictRequestParser"/>; at a deviation it closes the connection and remembers what was wrong. Any thread.
/// </summary>
public sealed class RecordingUpstream : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly Lock _lock = new();
    private readonly List<HttpRequest> _requests = [];
    private readonly List<string> _deviations = [];
    private readonly List<RecordedConnection> _connections = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<HttpRequest, IReadOnlyList<byte[]>> _answer;
    private readonly Task _accepting;
    private int _open;

    private RecordingUpstream(Func<HttpRequest, IReadOnlyList<byte[]>> answer)
    {
        _answer = answer;
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _accepting = AcceptAsync();
    }

    /// <summary>It as a server of a plan.</summary>
    public ServerPlan Plan => PlanWith(weight: 1);

    /// <summary>The requests that were read whole, in order.</summary>
    public IReadOnlyList<HttpRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>How many requests were read whole.</summary>
    public int RequestCount
    {
        get
        {
            lock (_lock)
            {
                return _requests.Count;
            }
        }
    }

    /// <summary>What was not canonical.</summary>
    public IReadOnlyList<string> Deviations
    {
        get
        {
            lock (_lock)
            {
                return [.. _deviations];
            }
        }
    }

    /// <summary>Connections so far.</summary>
    public int ConnectionCount
    {
        get
        {
            lock (_lock)
            {
                return _connections.Count;
            }
        }
    }

    /// <summary>The most connections that were open at once, whenever one was accepted.</summary>
    public int OpenConnectionsPeak { get; private set; }

    /// <summary>Connections that are open.</summary>
    public int OpenConnections
    {
        get
        {
            lock (_lock)
            {
                return _open;
            }
        }
    }

    /// <summary>All bytes received over all connections, whole requests or not.</summary>
    public long BytesReceived
    {
        get
        {
            lock (_lock)
            {
                return _connections.Sum(connection => connection.BytesReceived);
            }
        }
    }

    /// <summary>Listens on a port of the loopback address that the kernel chooses.</summary>
    public static RecordingUpstream Start(string name = "recorder")
    {
        byte[] head = Bytes.Of($"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {name.Length}\r\n\r\n");
        byte[] whole = [.. head, .. Bytes.Of(name)];
        return Start(request => [request.Method == "HEAD" ? head : whole]);
    }

    /// <summary>The same with other answers; each is sent in the pieces that <paramref name="answer"/> returns.</summary>
    public static RecordingUpstream Start(Func<HttpRequest, IReadOnlyList<byte[]>> answer) => new(answer);

    /// <summary>It as a server of a plan, with a weight.</summary>
    public ServerPlan PlanWith(int weight) => new(ServerAddresses.Of(_listener.LocalEndPoint!), weight);

    /// <summary>Waits until it has accepted every connection that was made before the call.</summary>
    public async Task ExpectAcceptedAsync()
    {
        // They are accepted in their order, so one more comes after them.
        using var last = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        await last.ConnectAsync(_listener.LocalEndPoint!, deadline.Token);
        EndPoint own = last.LocalEndPoint!;
        while (!HasAccepted(own))
        {
            await ticks.WaitForNextTickAsync(deadline.Token);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private bool HasAccepted(EndPoint peer)
    {
        lock (_lock)
        {
            return _connections.Exists(connection => peer.Equals(connection.Peer));
        }
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptAsync(_stop.Token);
                socket.NoDelay = true;
                var connection = new RecordedConnection(socket);
                lock (_lock)
                {
                    _connections.Add(connection);
                    _open++;

                    // The count is behind by those whose end was not read yet.
                    OpenConnectionsPeak = _open <= OpenConnectionsPeak ? OpenConnectionsPeak : Math.Max(OpenConnectionsPeak, _connections.Count(other => other.IsOpen));
                }

                serving.Add(ServeAsync(connection));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(RecordedConnection connection)
    {
        try
        {
            while (await connection.ReceiveAsync(_stop.Token))
            {
                if (!await AnswerAsync(connection))
                {
                    break;
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // The proxy may reset a connection, and the test ends when it likes.
        }

        lock (_lock)
        {
            _open--;
        }

        connection.Dispose();
    }

    // False once the connection has shown a deviation.
    private async Task<bool> AnswerAsync(RecordedConnection connection)
    {
        while (connection.Unread.Length > 0)
        {
            StrictOutcome outcome = StrictRequestParser.Parse(connection.Unread);
            lock (_lock)
            {
                if (outcome.Deviation is not null)
                {
                    _deviations.Add($"{outcome.Deviation}\n  in {Bytes.Show(connection.Unread, "  ")}");
                    return false;
                }

                if (outcome.Request is null)
                {
                    return true;
                }

                _requests.Add(outcome.Request);
            }

            connection.Advance(outcome.Length);
            foreach (byte[] piece in _answer(outcome.Request))
            {
                await connection.Socket.SendAsync(piece, _stop.Token);
            }
        }

        return true;
    }
}
