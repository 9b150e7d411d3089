using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Validation;
using Sluice.Http.Addresses;

namespace Sluice.Config.Linting;

/// <summary>Trusted proxies are few, unless they are private.</summary>
internal static class TrustAdvice
{
    // Of the 128-bit form: IPv4 /16, and IPv6 /32, which is what a whole provider gets.
    private const int Ipv4PrefixMin = 96 + 16;
    private const int Ipv6PrefixMin = 32;

    // RFC 1918, RFC 6598, RFC 4193, loopback and link-local.
    private static readonly IpRange[] Private =
    [
        .. new[] { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "fc00::/7", "fe80::/10" }
            .Select(text => IpRange.TryParse(text, out IpRange range) ? range : throw new InvalidOperationException(text)),
    ];

    internal static void Run(SluiceConfig config, DiagnosticBag advice)
    {
        foreach (TrustedProxyConfig proxy in config.TrustedProxies)
        {
            IpRange range = proxy.Range;
            bool isWide = range.PrefixLength < (range.Network.IsIpv4 ? Ipv4PrefixMin : Ipv6PrefixMin);
            bool isPrivate = Array.Exists(Private, known => range.PrefixLength >= known.PrefixLength && known.Contains(range.Network));
            if (isWide && !isPrivate && !TrustChecks.IsEveryone(range))
            {
                advice.Add(
                    DiagnosticCodes.WideTrust, "a wide range of public addresses is trusted", proxy.Location, "name only the proxies in front of this one");
            }
        }
    }
}
