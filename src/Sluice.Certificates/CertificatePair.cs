namespace Sluice.Certificates;

/// <summary>A certificate with its chain and its key, as a server presents it.</summary>
/// <param name="Names">The names that it covers, in lower case; wildcards as <c>*.example.com</c>; addresses as text.</param>
/// <param name="CertificatePem">The certificate, then its intermediates, in PEM.</param>
/// <param name="KeyPem">The private key in PEM (PKCS #8, not encrypted). Never logged, never in an error.</param>
/// <param name="NotBefore">When it begins to be valid.</param>
/// <param name="NotAfter">When it ends to be valid.</param>
public sealed record CertificatePair(
    IReadOnlyList<string> Names, string CertificatePem, string KeyPem, DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    /// <summary>Names and validity only: a record would print its key.</summary>
    public override string ToString() => $"{string.Join(", ", Names)} until {NotAfter:u}";
}
