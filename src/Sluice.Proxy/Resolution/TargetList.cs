using System.Net;
using System.Net.Sockets;
using Sluice.Reactor.Sockets;

namespace Sluice.Proxy.Resolution;

/// <summary>Where a server can be connected to: addresses of IPv6 before those of IPv4, each family in the order of its bytes. Immutable.</summary>
internal sealed class TargetList
{
    private readonly SocketTarget[] _all;
    private readonly int _ipv6Count;

    private TargetList(SocketTarget[] all, int ipv6Count)
    {
        _all = all;
        _ipv6Count = ipv6Count;
    }

    /// <summary>None.</summary>
    internal static TargetList Empty { get; } = new([], 0);

    /// <summary>All of them.</summary>
    internal IReadOnlyList<SocketTarget> All => _all;

    /// <summary>Whether there are addresses of IPv6 and of IPv4.</summary>
    internal bool HasBothFamilies => _ipv6Count > 0 && _ipv6Count < _all.Length;

    /// <summary>The one at a unix socket or a literal address.</summary>
    internal static TargetList Of(EndPoint endPoint) => new([new SocketTarget(endPoint)], 0);

    /// <summary>Those of a name.</summary>
    internal static TargetList Of(IEnumerable<IPAddress> addresses, int port)
    {
        // Name servers turn the order with each answer; here it means nothing, so that an answer with the same addresses is no change.
        IPAddress[] sorted = [.. addresses.Distinct().OrderBy(address => Convert.ToHexString(address.GetAddressBytes()), StringComparer.Ordinal)];
        IPAddress[] ipv6 = [.. sorted.Where(address => address.AddressFamily == AddressFamily.InterNetworkV6)];
        IPAddress[] ipv4 = [.. sorted.Where(address => address.AddressFamily == AddressFamily.InterNetwork)];
        return new TargetList([.. ipv6.Concat(ipv4).Select(address => new SocketTarget(new IPEndPoint(address, port)))], ipv6.Length);
    }

    /// <summary>The address for a connection, each in turn.</summary>
    /// <param name="turn">Goes up by one with each connection.</param>
    internal SocketTarget At(uint turn) => _all[(int)(turn % (uint)_all.Length)];

    /// <summary>The address of an attempt where families take turns.</summary>
    /// <param name="turn">Goes up by one with each connection.</param>
    /// <param name="isIpv6">The family.</param>
    /// <param name="attempt">The number of the attempt within its family; below <see cref="CountOf"/>.</param>
    internal SocketTarget At(uint turn, bool isIpv6, int attempt)
    {
        uint count = (uint)CountOf(isIpv6);
        return _all[(isIpv6 ? 0 : _ipv6Count) + (int)(((turn % count) + (uint)attempt) % count)];
    }

    /// <summary>How many addresses a family has.</summary>
    internal int CountOf(bool isIpv6) => isIpv6 ? _ipv6Count : _all.Length - _ipv6Count;

    /// <summary>Whether another list has the same addresses.</summary>
    internal bool IsSameAs(TargetList other) => _all.Select(target => target.EndPoint).SequenceEqual(other._all.Select(target => target.EndPoint));

    /// <summary>The same addresses with another port.</summary>
    internal TargetList At(int port) =>
        new([.. _all.Select(target => target.EndPoint is IPEndPoint ip ? new SocketTarget(new IPEndPoint(ip.Address, port)) : target)], _ipv6Count);

    /// <summary>It without those addresses that are denied.</summary>
    internal TargetList Without(AddressGuard guard)
    {
        SocketTarget[] left = [.. _all.Where(target => target.EndPoint is not IPEndPoint ip || !guard.Denies(ip.Address))];
        return new TargetList(left, left.Count(target => target.EndPoint is IPEndPoint { AddressFamily: AddressFamily.InterNetworkV6 }));
    }
}
