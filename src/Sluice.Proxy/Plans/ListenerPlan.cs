using System.Net;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Proxy.Plans;

/// <summary>One address to listen on.</summary>
/// <param name="EndPoint">
/// An <see cref="IPEndPoint"/> (port 0 lets the kernel choose) or a <see cref="System.Net.Sockets.UnixDomainSocketEndPoint"/>.
/// <c>[::]</c> listens on IPv4 too, as operators expect of <c>:8080</c>.
/// </param>
/// <param name="Text">The address as the operator wrote it, for messages.</param>
public sealed record ListenerPlan(EndPoint EndPoint, string Text)
{
    /// <summary>The name that the operator gave it; null when it has none.</summary>
    public string? Name { get; init; }

    /// <summary>TLS with its clients; null for plain HTTP.</summary>
    public TlsPlan? Tls { get; init; }

    /// <summary>Whether clients may speak HTTP/2. By default it is offered to those that come with TLS.</summary>
    public Http2Mode Http2 { get; init; } = Http2Mode.Negotiated;

    /// <summary>How many connections of clients it may have at a time, over all workers; 0 for as many as there may be in all.</summary>
    public int ConnectionsMax { get; init; }
}
