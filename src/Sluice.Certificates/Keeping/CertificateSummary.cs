namespace Sluice.Certificates.Keeping;

/// <summary>What <see cref="CertificateDetails"/> repeat of the certificate, for people who read the file.</summary>
internal sealed record CertificateSummary(string Name, DateTimeOffset NotBefore, DateTimeOffset NotAfter);
