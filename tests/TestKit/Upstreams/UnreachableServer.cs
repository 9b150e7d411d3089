using System.Net;
using System.Net.Sockets;
using Sluice.Proxy.Plans;

namespace Sluice.TestKit.Upstreams;

/// <summary>
/// A port that leaves connections hanging: it listens with the smallest queue, which is full, so that the kernel drops every further SYN.
/// </summary>
public sealed class UnreachableServer : IDisposable
{
    // With a backlog of 0 Linux still queues one or two.
    private const int FillersMax = 8;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _fillers = [];

    private UnreachableServer()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(0);
    }

    /// <summary>It as a server of a plan.</summary>
    public ServerPlan Plan => new(ServerAddresses.Of(_listener.LocalEndPoint!));

    /// <summary>Listens, and fills the queue until a connection hangs.</summary>
    public static async Task<UnreachableServer> StartAsync()
    {
        var server = new UnreachableServer();
        for (int i = 0; i < FillersMax; i++)
        {
            var filler = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            server._fillers.Add(filler);
            using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
            try
            {
                await filler.ConnectAsync(server._listener.LocalEndPoint!, deadline.Token);
            }
            catch (OperationCanceledException)
            {
                return server;
            }
        }

        throw new InvalidOperationException($"The queue of a listening socket took {FillersMax} connections with a backlog of 0.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Dispose();
        foreach (Socket filler in _fillers)
        {
            filler.Dispose();
        }
    }
}
