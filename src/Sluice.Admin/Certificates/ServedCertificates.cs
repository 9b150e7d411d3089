using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sluice.Certificates;
using Sluice.Proxy;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Admin.Certificates;

/// <summary>Hands over to the data plane what is obtained while the program runs. Any thread.</summary>
/// <param name="server">The data plane.</param>
/// <param name="source">Where certificates come from, for messages.</param>
internal sealed class ServedCertificates(SluiceServer server, string source) : ICertificateConsumer
{
    /// <summary>Called after each certificate that was installed.</summary>
    internal Action<CertificatePlan>? OnInstalled { get; init; }

    /// <inheritdoc/>
    public void Install(CertificatePair certificate)
    {
        CertificatePlan plan = PlanOf(certificate, source);
        server.Certificates.Install(plan);
        OnInstalled?.Invoke(plan);
    }

    /// <inheritdoc/>
    public void Withdraw(string name) => server.Certificates.Withdraw(name);

    /// <inheritdoc/>
    public void ShowHttpChallenge(string token, string keyAuthorization) => server.Certificates.ShowHttpChallenge(token, keyAuthorization);

    /// <inheritdoc/>
    public void HideHttpChallenge(string token) => server.Certificates.HideHttpChallenge(token);

    /// <inheritdoc/>
    public void ShowTlsAlpnChallenge(string name, CertificatePair certificate) =>
        server.Certificates.ShowAlpnChallenge(name, PlanOf(certificate, "challenge"));

    /// <inheritdoc/>
    public void HideTlsAlpnChallenge(string name) => server.Certificates.HideAlpnChallenge(name);

    private static CertificatePlan PlanOf(CertificatePair pair, string source)
    {
        PlanList<ReadOnlyMemory<byte>> chain = [.. BlocksOf(pair.CertificatePem).Select(der => (ReadOnlyMemory<byte>)der)];
        using X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(chain[0].Span);
        return new CertificatePlan(chain, BlocksOf(pair.KeyPem)[0], [.. pair.Names])
        {
            NotBefore = pair.NotBefore,
            NotAfter = pair.NotAfter,
            Source = source,
            OcspResponder = leaf.Extensions.OfType<X509AuthorityInformationAccessExtension>().FirstOrDefault()?.EnumerateOcspUris().FirstOrDefault(),
        };
    }

    private static List<byte[]> BlocksOf(string pem)
    {
        var blocks = new List<byte[]>();
        for (ReadOnlySpan<char> rest = pem; PemEncoding.TryFind(rest, out PemFields fields); rest = rest[fields.Location.End..])
        {
            blocks.Add(Convert.FromBase64String(rest[fields.Base64Data].ToString()));
        }

        return blocks;
    }
}
