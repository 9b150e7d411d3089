using Sluice.Config.Diagnostics;
using Sluice.Config.Model;

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
            if (proxy.Range.PrefixLength == 0 || (proxy.Range.PrefixLength == Ipv4Everything && proxy.Range.Network.IsIpv4))
            {
                diagnostics.Add(
                    DiagnosticCodes.EveryoneTrusted, "every address is a trusted proxy: anyone can claim to be any client", proxy.Location);
            }
        }
    }
}
