namespace Sluice.Certificates.Keeping;

/// <summary>A certificate as it came from the storage, or goes there.</summary>
/// <param name="Held">What is known of it.</param>
/// <param name="Pair">The certificate, its chain and its key.</param>
/// <param name="Details">What was noted beside it.</param>
internal sealed record StoredCertificate(HeldCertificate Held, CertificatePair Pair, CertificateDetails Details);
