using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sluice.Certificates.Acme;

/// <summary>A chain as an issuer gave it, checked to be one and to be for what was ordered.</summary>
internal sealed class CertificateChain : IDisposable
{
    private const int CertificatesMax = 10;
    private readonly X509Certificate2Collection _certificates;

    private CertificateChain(X509Certificate2Collection certificates) => _certificates = certificates;

    /// <summary>The certificate itself.</summary>
    public X509Certificate2 Leaf => _certificates[0];

    /// <summary>Who signed the topmost certificate: what operators choose chains by.</summary>
    public string TopIssuerName => _certificates[^1].GetNameInfo(X509NameType.SimpleName, forIssuer: true);

    /// <summary>Reads a chain: the certificate first, each signed by the next (RFC 8555, section 9.1).</summary>
    /// <param name="content">PEM.</param>
    /// <param name="source">Who gave it, for the message.</param>
    /// <exception cref="AcmeException">It is none.</exception>
    public static CertificateChain Read(byte[] content, string source)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(Encoding.ASCII.GetString(content));
        }
        catch (CryptographicException exception)
        {
            throw new AcmeException($"{source}: the certificate can't be read: {exception.Message}", exception);
        }

        if (certificates.Count is < 1 or > CertificatesMax)
        {
            throw new AcmeException($"{source}: the chain has {certificates.Count} certificates.");
        }

        for (int index = 0; index + 1 < certificates.Count; index++)
        {
            if (!IsIssuedBy(certificates[index], certificates[index + 1]))
            {
                throw new AcmeException(
                    $"{source}: wrong chain: \"{certificates[index].Subject}\" (number {index + 1}) is not signed by \"{certificates[index + 1].Subject}\".");
            }
        }

        return new CertificateChain(certificates);
    }

    /// <summary>Fails unless it is for this key and identifier, and not yet expired.</summary>
    /// <exception cref="AcmeException">It isn't.</exception>
    public void Check(CertificateKey key, AcmeIdentifier identifier, DateTimeOffset now, string source)
    {
        if (!Leaf.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportPublic()))
        {
            throw new AcmeException($"{source}: the certificate is for another key.");
        }

        if (!ReadNames(Leaf).Contains(identifier.Value, StringComparer.OrdinalIgnoreCase))
        {
            throw new AcmeException($"{source}: the certificate is not for {identifier.Value}.");
        }

        if (Leaf.NotAfter.ToUniversalTime() <= now.UtcDateTime)
        {
            throw new AcmeException($"{source}: the certificate has already expired.");
        }
    }

    /// <summary>The names and addresses that a certificate covers.</summary>
    public static IReadOnlyList<string> ReadNames(X509Certificate2 certificate)
    {
        X509SubjectAlternativeNameExtension? extension = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        if (extension is null)
        {
            return [];
        }

        IEnumerable<string> addresses = extension.EnumerateIPAddresses().Select((IPAddress address) => address.ToString());
        return [.. extension.EnumerateDnsNames().Select(name => name.ToLowerInvariant()), .. addresses];
    }

    /// <summary>As PEM, in one way of writing.</summary>
    public string ExportPem() => string.Concat(_certificates.Select(certificate => certificate.ExportCertificatePem() + "\n"));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (X509Certificate2 certificate in _certificates)
        {
            certificate.Dispose();
        }
    }

    // By names, and by key identifiers where both have one: two authorities may have the same name, as after a change of keys.
    private static bool IsIssuedBy(X509Certificate2 certificate, X509Certificate2 issuer)
    {
        if (!certificate.IssuerName.RawData.AsSpan().SequenceEqual(issuer.SubjectName.RawData))
        {
            return false;
        }

        ReadOnlyMemory<byte>? wanted = certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.KeyIdentifier;
        ReadOnlyMemory<byte>? actual = issuer.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault()?.SubjectKeyIdentifierBytes;
        return wanted is not { } left || actual is not { } right || left.Span.SequenceEqual(right.Span);
    }
}
