using System.Net;
using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Sockets;

/// <summary>An address to connect to, in the kernel's form, made once and used for every connection. Immutable.</summary>
public sealed class SocketTarget
{
    private readonly byte[] _address;

    /// <summary>Prepares an <see cref="IPEndPoint"/> or a <see cref="System.Net.Sockets.UnixDomainSocketEndPoint"/>.</summary>
    public SocketTarget(EndPoint endPoint)
    {
        EndPoint = endPoint;
        Span<byte> buffer = stackalloc byte[KernelAddress.BytesMax];
        _address = buffer[..KernelAddress.Write(endPoint, buffer)].ToArray();
    }

    /// <summary>The address in its common form.</summary>
    public EndPoint EndPoint { get; }

    internal int Family => KernelAddress.Family(EndPoint);

    internal ReadOnlySpan<byte> Address => _address;

    /// <inheritdoc/>
    public override string ToString() => EndPoint.ToString()!;
}
