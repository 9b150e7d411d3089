using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Sluice.Proxy.Plans;
using Sluice.TestKit.Sockets;
using Sluice.TestKit.Time;

namespace Sluice.TestKit.Upstreams;

/// <summary>A server that accepts connections when the script says so.</summary>
public sealed class ScriptedUpstream : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly Transcript _transcript;
    private readonly ConcurrentQueue<ScriptedServerConnection> _connections = new();

    private ScriptedUpstream(Socket socket, string name, Transcript transcript)
    {
        _socket = socket;
        _transcript = transcript;
        Name = name;
    }

    /// <summary>Its name in the transcript.</summary>
    public string Name { get; }

    /// <summary>Connections accepted so far.</summary>
    public int AcceptedCount => _connections.Count;

    /// <summary>How long a step may take.</summary>
    public TimeSpan StepTimeout { get; init; } = Patience.PerStep;

    /// <summary>The kernel's receive buffer of connections accepted from now on; 0 leaves it to the kernel.</summary>
    public int ReceiveBufferBytes
    {
        get => _socket.ReceiveBufferSize;
        set => _socket.ReceiveBufferSize = value;
    }

    /// <summary>It as a server of a plan.</summary>
    public ServerPlan Plan => PlanWith(weight: 1);

    /// <summary>Listens on a port of the loopback address that the kernel chooses.</summary>
    public static ScriptedUpstream Start(Transcript transcript, string name = "upstream", int backlog = 128) =>
        Start(new IPEndPoint(IPAddress.Loopback, 0), transcript, name, backlog);

    /// <summary>Listens on a unix socket.</summary>
    public static ScriptedUpstream StartUnix(string path, Transcript transcript, string name = "upstream") =>
        Start(new UnixDomainSocketEndPoint(path), transcript, name, backlog: 128);

    /// <summary>It as a server of a plan, with a weight.</summary>
    public ServerPlan PlanWith(int weight) => new(ServerAddresses.Of(_socket.LocalEndPoint!), weight);

    /// <summary>Accepts the next connection.</summary>
    public async Task<ScriptedServerConnection> AcceptAsync()
    {
        try
        {
            Socket socket = await TakeAsync();
            string name = _connections.IsEmpty ? Name : $"{Name}#{_connections.Count + 1}";
            var connection = new ScriptedServerConnection(socket, name, _transcript);
            _transcript.Note(name, "accepted");
            _connections.Enqueue(connection);
            return connection;
        }
        catch (OperationCanceledException)
        {
            throw new ScriptException($"{Name}: no connection came within {StepTimeout.TotalSeconds} s", _transcript);
        }
    }

    /// <summary>No connection comes for a while.</summary>
    public async Task ExpectNoConnectionAsync(TimeSpan duration)
    {
        using var deadline = new CancellationTokenSource(duration);
        try
        {
            using Socket socket = await _socket.AcceptAsync(deadline.Token);
            throw new ScriptException($"{Name}: expected no connection for {duration.TotalMilliseconds} ms, but one came", _transcript);
        }
        catch (OperationCanceledException)
        {
            _transcript.Note(Name, "no connection came, as expected");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        foreach (ScriptedServerConnection connection in _connections)
        {
            await connection.DisposeAsync();
        }
    }

    private async Task<Socket> TakeAsync()
    {
        using var deadline = new CancellationTokenSource(StepTimeout);
        try
        {
            return await _socket.AcceptAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (_socket.Poll(TimeSpan.Zero, SelectMode.SelectRead))
        {
            // A machine that kept the test from running let both come at once, the connection and the end of the time.
            return _socket.Accept();
        }
    }

    private static ScriptedUpstream Start(EndPoint endPoint, Transcript transcript, string name, int backlog)
    {
        bool isUnix = endPoint.AddressFamily == AddressFamily.Unix;
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        socket.Bind(endPoint);
        socket.Listen(backlog);
        return new ScriptedUpstream(socket, name, transcript);
    }
}
