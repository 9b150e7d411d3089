using System.Net;
using Sluice.Http.Addresses;

namespace Sluice.Proxy.Plans;

/// <summary>How the names of servers are resolved.</summary>
public sealed record DnsPlan
{
    /// <summary>
    /// What names may not resolve to unless the configuration says otherwise: addresses that mean this host or a link, where clouds keep the credentials of
    /// their machines (RFC 3927, RFC 1122 section 3.2.1.3, RFC 4291 sections 2.5.2 and 2.5.6), and multicast (RFC 5771, RFC 4291 section 2.7).
    /// </summary>
    public static PlanList<IpRange> DeniedByDefault { get; } =
        [.. new[] { "0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "::/128", "fe80::/10", "ff00::/8" }.Select(RangeOf)];

    /// <summary>The name servers, asked in this order; empty means those of <c>/etc/resolv.conf</c>, with its search list.</summary>
    public PlanList<IPEndPoint> Servers { get; init; } = [];

    /// <summary>An answer is kept for at least so long, in milliseconds.</summary>
    public int MinTtlMs { get; init; } = 1_000;

    /// <summary>An answer is kept no longer than this, in milliseconds.</summary>
    public int MaxTtlMs { get; init; } = 300_000;

    /// <summary>How long a name server has for an answer, in milliseconds.</summary>
    public int TimeoutMs { get; init; } = 2_000;

    /// <summary>An answer that can't be renewed for so long, in milliseconds, is warned of again and again. It stays in use.</summary>
    public int StaleMs { get; init; } = 3_600_000;

    /// <summary>Addresses that names may not resolve to.</summary>
    public PlanList<IpRange> DenyAddresses { get; init; } = DeniedByDefault;

    private static IpRange RangeOf(string text) => IpRange.TryParse(text, out IpRange range) ? range : throw new FormatException(text);
}
