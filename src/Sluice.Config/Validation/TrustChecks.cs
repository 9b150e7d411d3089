using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Http.Addresses;

namespace Sluice.Config.Validation;

/// <summary>Not everyone is trusted.</summary>
internal static class TrustChecks
{
    // Of the 128-bit form, in which IPv4 begins at 96.
    private const int Ipv4Everything = 96;

    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        foreach (TrustedProxyConfig proxy in config.TrustedProxies)
        {
            if (IsEveryone(proxy.Range))
            {
                diagnostics.Add(
                    DiagnosticCodes.EveryoneTrusted, "every address is a trusted proxy: anyone can claim to be any client", proxy.Location);
            }
        }
    }

    /// <summary>Whether a range has every address of its kind.</summary>
    internal static bool IsEveryone(IpRange range) => range.PrefixLength == 0 || (range.PrefixLength == Ipv4Everything && range.Network.IsIpv4);
}
