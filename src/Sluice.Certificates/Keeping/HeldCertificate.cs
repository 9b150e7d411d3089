using Sluice.Certificates.Acme;

namespace Sluice.Certificates.Keeping;

/// <summary>What is known of a certificate that is served; the certificate itself is with who serves it, once.</summary>
/// <param name="IssuerFolder">Where it is stored: who issued it.</param>
/// <param name="IssuerName">What the operator called the issuer.</param>
/// <param name="Serial">Its serial number in hexadecimal.</param>
/// <param name="RenewalId">Its name for renewal information; null when it can't have one.</param>
/// <param name="NotBefore">When it begins to be valid.</param>
/// <param name="NotAfter">When it ends to be valid.</param>
internal sealed record HeldCertificate(
    string IssuerFolder, string IssuerName, string Serial, RenewalCertificateId? RenewalId, DateTimeOffset NotBefore, DateTimeOffset NotAfter);
