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
    private static readonly TimeSpan TakenWithin = TimeSpan.FromMilliseconds(200);

    private readonly Socket _listener;
    private readonly List<Socket> _fillers = [];

    private UnreachableServer(IPEndPoint endPoint)
    {
        _listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(endPoint);
        _listener.Listen(0);
    }

    /// <summary>It as a server of a plan.</summary>
    public ServerPlan Plan => new(ServerAddresses.Of(_listener.LocalEndPoint!));

    /// <summary>Listens, and fills the queue until a connection hangs.</summary>
    /// <param name="endPoint">Where; by default any port of 127.0.0.1.</param>
    public static async Task<UnreachableServer> StartAsync(IPEndPoint? endPoint = null)
    {
        var server = new UnreachableServer(endPoint ?? new IPEndPoint(IPAddress.Loopback, 0));
        for (int i = 0; i < FillersMax; i++)
        {
            var filler = new Socket(server._listener.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            server._fillers.Add(filler);
            if (!await IsTakenAsync(filler, server._listener.LocalEndPoint!))
            {
                return server;
            }
        }

        throw new InvalidOperationException($"The queue of a listening socket took {FillersMax} connections with a backlog of 0.");
    }

    // The kernel itself takes a connection on the loopback interface, at once. Whether it has is asked of it: a deadline of the test's may come late, and before the answer.
    private static async Task<bool> IsTakenAsync(Socket filler, EndPoint endPoint)
    {
        try
        {
            filler.Connect(endPoint);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // It is on its way.
        }

        if (!filler.Poll(TimeSpan.Zero, SelectMode.SelectWrite))
        {
            using var moment = new PeriodicTimer(TakenWithin);
            await moment.WaitForNextTickAsync();
        }

        return filler.Poll(TimeSpan.Zero, SelectMode.SelectWrite);
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
