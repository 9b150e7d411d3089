using System.Text;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Proxy.Certificates;

/// <summary>What a client was shown and asked for in its handshake: what a connection may be used for follows from it. Immutable.</summary>
/// <param name="Certificates">The certificates that were offered.</param>
/// <param name="Policy">The policy of client certificates; null when it wasn't asked.</param>
/// <param name="ServerName">The host that it asked for, in lower case; null for none.</param>
internal sealed record HandshakeChoice(IReadOnlyList<CertificatePlan> Certificates, ClientPolicy? Policy, string? ServerName)
{
    /// <summary>The host that it asked for; empty for none.</summary>
    public byte[] ServerNameUtf8 { get; } = ServerName is null ? [] : Encoding.ASCII.GetBytes(ServerName);

    /// <summary>Whether a certificate that it was shown is one for a host in lower case.</summary>
    public bool Covers(string host)
    {
        string? wildcard = CertificateIndex.WildcardOf(host);
        foreach (CertificatePlan certificate in Certificates)
        {
            foreach (string name in certificate.Names)
            {
                if (name == host || name == wildcard)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
