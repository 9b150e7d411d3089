using System.Net;
using Sluice.Certificates.Keeping;
using Sluice.Config.Model;
using Sluice.Config.Model.Automation;

namespace Sluice.Config.Automation;

/// <summary>Which challenges are tried where the configuration doesn't say.</summary>
internal static class ChallengeChoice
{
    private const int HttpPort = 80;
    private const int HttpsPort = 443;

    /// <summary>The challenges, the preferred one first; at least one.</summary>
    internal static IReadOnlyList<ChallengeKind> Of(SluiceConfig config)
    {
        CertificatesConfig certificates = config.Certificates;
        if (certificates.Challenges.Count > 0)
        {
            return [.. certificates.Challenges.Distinct()];
        }

        var chosen = new List<ChallengeKind>();
        AddIf(chosen, ChallengeKind.Http01, HasPort(config, HttpPort, isTls: false));
        AddIf(chosen, ChallengeKind.TlsAlpn01, HasPort(config, HttpsPort, isTls: true));
        AddIf(chosen, ChallengeKind.Dns01, certificates.Dns is not null);

        // The ports may be forwarded to others here, as containers have it.
        AddIf(chosen, ChallengeKind.Http01, chosen.Count == 0 && config.Listeners.Any(listener => listener.Tls is null));
        AddIf(chosen, ChallengeKind.TlsAlpn01, chosen is [] or [ChallengeKind.Http01] && !IsReachable(config));
        return chosen;
    }

    /// <summary>Whether an issuer finds the ports that it asks at, or needs none of them.</summary>
    internal static bool IsReachable(SluiceConfig config) =>
        HasPort(config, HttpPort, isTls: false) || HasPort(config, HttpsPort, isTls: true) || config.Certificates.Dns is not null;

    private static bool HasPort(SluiceConfig config, int port, bool isTls) =>
        config.Listeners.Any(listener => listener.EndPoint is IPEndPoint ip && ip.Port == port && !IPAddress.IsLoopback(ip.Address)
            && (isTls ? WantedNames.IsAutomatic(listener) : listener.Tls is null));

    private static void AddIf(List<ChallengeKind> chosen, ChallengeKind kind, bool isWanted)
    {
        if (isWanted)
        {
            chosen.Add(kind);
        }
    }
}
