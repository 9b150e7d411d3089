using System.Net;
using System.Net.Sockets;

namespace Sluice.TestKit.Tools;

/// <summary>Ports for programs that can't be told to take any.</summary>
public static class FreePort
{
    /// <summary>One of the loopback address that nobody used a moment ago.</summary>
    public static int Find()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
