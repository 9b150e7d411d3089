using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Certificates.Ocsp;

/// <summary>A certificate that is to be stapled to.</summary>
/// <param name="Key">What the keeper's owner calls it: a name or a fingerprint.</param>
/// <param name="ChainPem">The certificate in PEM, and behind it its issuer's.</param>
public sealed record OcspTarget(string Key, string ChainPem)
{
    /// <summary>Splits the chain, when its certificate names a responder and its issuer is there; otherwise there is nothing to staple.</summary>
    internal bool TrySplit(out string certificatePem, out string issuerPem)
    {
        certificatePem = issuerPem = "";
        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPem(ChainPem);
            certificatePem = chain.Count >= 2 ? chain[0].ExportCertificatePem() : "";
            issuerPem = chain.Count >= 2 ? chain[1].ExportCertificatePem() : "";
            return chain.Count >= 2 && OcspFetcher.FindResponder(certificatePem) is not null;
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            foreach (X509Certificate2 certificate in chain)
            {
                certificate.Dispose();
            }
        }
    }
}
