using System.Net;
using System.Net.Sockets;
using Sluice.Proxy.Plans;

namespace Sluice.TestKit.Upstreams;

/// <summary>A port that nobody can take and that refuses connections: bound, and not listened on.</summary>
public sealed class DeadServer : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Binds the port.</summary>
    public DeadServer() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    /// <summary>It as a server of a plan.</summary>
    public ServerPlan Plan => new(ServerAddresses.Of(_socket.LocalEndPoint!));

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
