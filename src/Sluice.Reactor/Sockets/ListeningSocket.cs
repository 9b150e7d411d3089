using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Sockets;

/// <summary>A bound and listening socket. Opened at start-up by any thread, then accepted from by a <see cref="Listener"/> on a loop.</summary>
public sealed class ListeningSocket : IDisposable
{
    private const int Backlog = 4096;

    private int _fd;

    private ListeningSocket(int fd, EndPoint endPoint, bool isShared)
    {
        _fd = fd;
        EndPoint = endPoint;
        IsShared = isShared;
    }

    /// <summary>The bound address, with the port that the kernel chose where 0 was asked for.</summary>
    public EndPoint EndPoint { get; }

    /// <summary>Whether several loops accept from this one socket (unix); else each loop has its own (TCP, <c>SO_REUSEPORT</c>).</summary>
    public bool IsShared { get; }

    internal int Fd => _fd;

    /// <summary>Binds and listens for <paramref name="loops"/> loops: one socket each for TCP, one shared by all for a unix socket.</summary>
    /// <param name="endPoint">The address.</param>
    /// <param name="loops">How many loops accept.</param>
    /// <param name="isShareable">
    /// Whether other sockets of this program may listen at the same port already, on another address of which this one is a part or the other way
    /// round. The kernel then gives a connection to the closer match; a second program at the port is not noticed.
    /// </param>
    /// <exception cref="ReactorException">The address can't be bound; the error number tells why.</exception>
    public static ListeningSocket[] Open(EndPoint endPoint, int loops, bool isShareable = false)
    {
        if (endPoint is UnixDomainSocketEndPoint)
        {
            return [OpenUnix(endPoint)];
        }

        // SO_REUSEPORT would let a second program of the same user take half of the connections in silence. A plain socket is refused an
        // address at which anybody listens, so one is bound first. It doesn't listen itself: whoever connected to it would be reset.
        if (!isShareable)
        {
            OpenTcp(endPoint, isProbe: true).Dispose();
        }

        var sockets = new ListeningSocket[loops];
        try
        {
            for (int i = 0; i < loops; i++)
            {
                sockets[i] = OpenTcp(i == 0 ? endPoint : sockets[0].EndPoint, isProbe: false);
            }
        }
        catch (ReactorException)
        {
            foreach (ListeningSocket? socket in sockets)
            {
                socket?.Dispose();
            }

            throw;
        }

        return sockets;
    }

    /// <summary>Closes the socket; connections that nobody accepted yet are reset by the kernel. The file of a unix socket is removed.</summary>
    /// <remarks>Any thread, any number of times: it happens once. A shared socket is disposed after its listeners were closed.</remarks>
    public void Dispose()
    {
        int fd = Interlocked.Exchange(ref _fd, -1);
        if (fd < 0)
        {
            return;
        }

        _ = LibC.Close(fd);
        if (EndPoint is UnixDomainSocketEndPoint)
        {
            File.Delete(KernelAddress.UnixPath(EndPoint));
        }
    }

    private static ListeningSocket OpenUnix(EndPoint endPoint)
    {
        string path = KernelAddress.UnixPath(endPoint);
        if (IsSocketFile(path) && !IsAnswered(endPoint))
        {
            // Left behind by a process that did not end well: nobody answers there.
            File.Delete(path);
        }

        int fd = Create(LibC.AfUnix);
        return Bound(fd, endPoint, isShared: true, listens: true);
    }

    // A connect is refused by a file of any kind, so the kind is asked for first: opening a socket's file gives ENXIO, and nothing else is deleted.
    private static bool IsSocketFile(string path)
    {
        int fd = LibC.OpenFile(path, LibC.OpenNonBlock | LibC.OpenCloExec);
        if (fd < 0)
        {
            return Marshal.GetLastPInvokeError() == Errno.NoSuchDevice;
        }

        _ = LibC.Close(fd);
        return false;
    }

    private static bool IsAnswered(EndPoint endPoint)
    {
        // Not blocking: the connect would wait for a place in the queue of a server that hangs.
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            probe.Connect(endPoint);
            return true;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode != SocketError.ConnectionRefused;
        }
    }

    private static unsafe ListeningSocket OpenTcp(EndPoint endPoint, bool isProbe)
    {
        int fd = Create(KernelAddress.Family(endPoint));
        int on = 1;
        int off = 0;
        _ = LibC.SetSocketOption(fd, LibC.SolSocket, LibC.SoReuseAddr, &on, sizeof(int));

        // Accepted sockets inherit it (tcp(7)), which saves a call per connection.
        _ = LibC.SetSocketOption(fd, LibC.IpProtoTcp, LibC.TcpNoDelay, &on, sizeof(int));
        if (!isProbe)
        {
            _ = LibC.SetSocketOption(fd, LibC.SolSocket, LibC.SoReusePort, &on, sizeof(int));
        }

        if (endPoint is IPEndPoint ip && ip.Address.Equals(IPAddress.IPv6Any))
        {
            _ = LibC.SetSocketOption(fd, LibC.IpProtoIpv6, LibC.Ipv6V6Only, &off, sizeof(int));
        }

        return Bound(fd, endPoint, isShared: false, listens: !isProbe);
    }

    private static int Create(int family) =>
        ReactorException.ThrowIfFailed(LibC.Socket(family, LibC.SockStream | LibC.SockNonBlock | LibC.SockCloExec, 0), "socket");

    private static unsafe ListeningSocket Bound(int fd, EndPoint endPoint, bool isShared, bool listens)
    {
        Span<byte> address = stackalloc byte[KernelAddress.BytesMax];
        int length = KernelAddress.Write(endPoint, address);
        try
        {
            fixed (byte* start = address)
            {
                ReactorException.ThrowIfFailed(LibC.Bind(fd, start, (uint)length), "bind");
                if (listens)
                {
                    ReactorException.ThrowIfFailed(LibC.Listen(fd, Backlog), "listen");
                }

                uint size = KernelAddress.BytesMax;
                ReactorException.ThrowIfFailed(LibC.GetSocketName(fd, start, &size), "getsockname");
            }
        }
        catch (ReactorException)
        {
            _ = LibC.Close(fd);
            throw;
        }

        return new ListeningSocket(fd, isShared ? endPoint : KernelAddress.ReadEndPoint(address), isShared);
    }
}
