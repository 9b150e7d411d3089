using System.Net;
using System.Net.Sockets;
using Sluice.Http.Addresses;

namespace Sluice.Config.Automation;

/// <summary>Tells names that public issuers sign from those that only exist here.</summary>
internal static class PublicNames
{
    // RFC 2606, RFC 6761, RFC 6762, RFC 7686, RFC 8375, RFC 9476; and what home routers and offices make up.
    private static readonly string[] ReservedEndings =
        [".local", ".test", ".example", ".invalid", ".onion", ".alt", ".home.arpa", ".lan", ".home", ".corp", ".intranet", ".localdomain"];

    // RFC 1918, RFC 6598, RFC 4193, link-local, "this network", documentation and multicast.
    private static readonly IpRange[] Reserved =
    [
        .. new[]
            {
                "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15",
                "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "fc00::/7", "fe80::/10", "ff00::/8", "2001:db8::/32",
            }
            .Select(text => IpRange.TryParse(text, out IpRange range) ? range : throw new InvalidOperationException(text)),
    ];

    /// <summary>Who can issue for a name in lower case, a wildcard by the part behind its <c>*.</c>.</summary>
    internal static NameKind KindOf(string name)
    {
        if (IPAddress.TryParse(name.Trim('[', ']'), out IPAddress? address))
        {
            return KindOf(address);
        }

        if (name is "localhost" or "internal" || name.EndsWith(".localhost", StringComparison.Ordinal) || name.EndsWith(".internal", StringComparison.Ordinal))
        {
            return NameKind.Local;
        }

        // RFC 952 and RFC 1123 know no underscore, nor do issuers.
        bool isPublic = name.Contains('.', StringComparison.Ordinal)
            && !name.Contains('_', StringComparison.Ordinal)
            && !Array.Exists(ReservedEndings, ending => name.EndsWith(ending, StringComparison.Ordinal));
        return isPublic ? NameKind.Public : NameKind.Unknown;
    }

    private static NameKind KindOf(IPAddress address)
    {
        bool isReserved = address.Equals(IPAddress.IPv6Any)
            || !IpAddress.TryParse(address.ToString(), out IpAddress known)
            || Array.Exists(Reserved, range => range.Contains(known))
            || (address.AddressFamily == AddressFamily.InterNetworkV6 && address.IsIPv4MappedToIPv6);
        return IPAddress.IsLoopback(address) ? NameKind.Local : isReserved ? NameKind.Unknown : NameKind.Public;
    }
}
