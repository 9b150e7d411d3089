using System.Buffers.Binary;
using System.Net;
using Sluice.Http.Addresses;
using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Resolution;

/// <summary>Tells which addresses a name may not resolve to, whoever said that it does. Any thread.</summary>
/// <param name="ranges">Those that are denied.</param>
internal sealed class AddressGuard(PlanList<IpRange> ranges)
{
    /// <summary>Whether an address is denied.</summary>
    internal bool Denies(IPAddress address)
    {
        // IPv4 addresses and those of IPv6 that stand for them are one.
        Span<byte> bytes = stackalloc byte[16];
        _ = address.MapToIPv6().TryWriteBytes(bytes, out _);
        var value = new IpAddress(BinaryPrimitives.ReadUInt128BigEndian(bytes));
        foreach (IpRange range in ranges)
        {
            if (range.Contains(value))
            {
                return true;
            }
        }

        return false;
    }
}
