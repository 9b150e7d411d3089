using System.Formats.Asn1;

namespace Sluice.Config.Certificates;

/// <summary>The authorities that the system knows, read when they are first asked for. May be used by any thread.</summary>
internal static class SystemRoots
{
    // Debian and Alpine, Fedora, SUSE.
    private static readonly string[] Bundles =
        ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem"];

    private static readonly Lazy<IReadOnlyList<DerCertificate>> Known = new(Read);

    /// <summary>Whether one of them says to have issued a certificate.</summary>
    internal static bool HasIssuerOf(DerCertificate certificate) => Known.Value.Any(certificate.MayBeIssuedBy);

    private static List<DerCertificate> Read()
    {
        string? own = Environment.GetEnvironmentVariable("SSL_CERT_FILE");
        foreach (string path in own is { Length: > 0 } ? [own, .. Bundles] : Bundles)
        {
            try
            {
                return [.. PemFile.Read(path).Blocks.Where(block => block.Label == CertificateReader.Label).Select(block => TryParse(block.Content)).OfType<DerCertificate>()];
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The next one; without any, no authority is known.
            }
        }

        return [];
    }

    private static DerCertificate? TryParse(byte[] content)
    {
        try
        {
            return DerCertificate.Parse(content);
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}
