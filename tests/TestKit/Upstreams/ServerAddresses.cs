using System.Net;
using System.Net.Sockets;
using Sluice.Proxy.Plans;

namespace Sluice.TestKit.Upstreams;

/// <summary>Addresses of test servers as a plan has them.</summary>
public static class ServerAddresses
{
    /// <summary>The address of a bound socket.</summary>
    public static ServerAddress Of(EndPoint endPoint) => endPoint switch
    {
        IPEndPoint ip => new ServerAddress { Host = ip.Address.ToString(), Port = ip.Port },
        UnixDomainSocketEndPoint unix => new ServerAddress { UnixPath = unix.ToString() },
        _ => throw new ArgumentException($"Not a server's address: {endPoint}", nameof(endPoint)),
    };
}
