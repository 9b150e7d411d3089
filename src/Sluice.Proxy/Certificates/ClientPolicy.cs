using System.Security.Cryptography;
using System.Text;
using Sluice.Proxy.Plans.Tls;
using Sluice.Reactor.Tls;

namespace Sluice.Proxy.Certificates;

/// <summary>A plan of client certificates, made ready. Immutable.</summary>
internal sealed class ClientPolicy
{
    /// <summary>Makes a plan ready.</summary>
    /// <exception cref="TlsException">The authorities or revocation lists can't be read.</exception>
    public ClientPolicy(ClientCertificatePlan plan)
    {
        Plan = plan;
        Trust = TrustTable.Get(plan.Trust);
        SessionContext = SHA256.HashData(Encoding.UTF8.GetBytes($"{plan.Mode}\n{plan.Trust.Depth}\n{plan.Trust.CrlPem}\n{plan.Trust.CaPem}"));
    }

    /// <summary>What the configuration says.</summary>
    public ClientCertificatePlan Plan { get; }

    /// <summary>The authorities.</summary>
    public TlsTrust Trust { get; }

    /// <summary>Sessions are resumed only under the policy that they began under, on this machine or another.</summary>
    public byte[] SessionContext { get; }
}
