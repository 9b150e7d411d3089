using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sluice.Reactor.Sockets;

namespace Sluice.Reactor.Interop;

/// <summary>Writes and reads the kernel's <c>sockaddr</c> structures.</summary>
internal static class KernelAddress
{
    /// <summary>The size of <c>sockaddr_un</c>, the largest of the three.</summary>
    public const int BytesMax = 110;

    /// <summary>The longest path of a unix socket in bytes (<c>sun_path</c> less its terminating NUL).</summary>
    public const int UnixPathBytesMax = 107;

    /// <summary>Writes an end point into <paramref name="destination"/> (<see cref="BytesMax"/> bytes) and returns its length.</summary>
    public static int Write(EndPoint endPoint, Span<byte> destination)
    {
        destination.Clear();
        switch (endPoint)
        {
            case IPEndPoint { AddressFamily: AddressFamily.InterNetwork } ip:
                BitConverter.TryWriteBytes(destination, (ushort)LibC.AfInet);
                BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)ip.Port);
                ip.Address.TryWriteBytes(destination[4..], out _);
                return 16;
            case IPEndPoint ip:
                BitConverter.TryWriteBytes(destination, (ushort)LibC.AfInet6);
                BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)ip.Port);
                ip.Address.TryWriteBytes(destination[8..], out _);
                BitConverter.TryWriteBytes(destination[24..], (uint)ip.Address.ScopeId);
                return 28;
            default:
                BitConverter.TryWriteBytes(destination, (ushort)LibC.AfUnix);
                return 3 + Encoding.UTF8.GetBytes(UnixPath(endPoint), destination[2..(2 + UnixPathBytesMax)]);
        }
    }

    /// <summary>The path of a unix end point.</summary>
    public static string UnixPath(EndPoint endPoint) => ((UnixDomainSocketEndPoint)endPoint).ToString();

    /// <summary>The address family number of an end point.</summary>
    public static int Family(EndPoint endPoint) => endPoint.AddressFamily switch
    {
        AddressFamily.InterNetwork => LibC.AfInet,
        AddressFamily.InterNetworkV6 => LibC.AfInet6,
        _ => LibC.AfUnix,
    };

    /// <summary>Reads the peer of an accepted connection.</summary>
    public static PeerAddress ReadPeer(ReadOnlySpan<byte> address)
    {
        if (address.Length < 2)
        {
            return default;
        }

        return BitConverter.ToUInt16(address) switch
        {
            LibC.AfInet => new PeerAddress(
                new UInt128(0, 0xFFFF_0000_0000UL | BinaryPrimitives.ReadUInt32BigEndian(address[4..])),
                BinaryPrimitives.ReadUInt16BigEndian(address[2..])),
            LibC.AfInet6 => new PeerAddress(
                BinaryPrimitives.ReadUInt128BigEndian(address[8..]),
                BinaryPrimitives.ReadUInt16BigEndian(address[2..])),
            _ => default,
        };
    }

    /// <summary>Reads a bound address back as an end point.</summary>
    public static EndPoint ReadEndPoint(ReadOnlySpan<byte> address) => BitConverter.ToUInt16(address) switch
    {
        LibC.AfInet => new IPEndPoint(new IPAddress(address.Slice(4, 4)), BinaryPrimitives.ReadUInt16BigEndian(address[2..])),
        _ => new IPEndPoint(new IPAddress(address.Slice(8, 16), BitConverter.ToUInt32(address[24..])), BinaryPrimitives.ReadUInt16BigEndian(address[2..])),
    };
}
