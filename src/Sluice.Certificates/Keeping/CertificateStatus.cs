namespace Sluice.Certificates.Keeping;

/// <summary>How the certificate of one name is doing, at one moment.</summary>
/// <param name="Name">The name.</param>
/// <param name="Source">Why it is kept.</param>
/// <param name="State">What is going on.</param>
/// <param name="Issuer">Who issued what is served, by the name in the plan; null when nothing is.</param>
/// <param name="NotAfter">When what is served expires, possibly in the past; null when nothing is served.</param>
/// <param name="NextRenewal">When it will be renewed, or the next attempt made; null while that is not known.</param>
/// <param name="Attempts">Attempts that failed since the last success.</param>
/// <param name="LastError">Why the last attempt failed; null after a success.</param>
public sealed record CertificateStatus(
    string Name,
    CertificateSource Source,
    CertificateState State,
    string? Issuer,
    DateTimeOffset? NotAfter,
    DateTimeOffset? NextRenewal,
    int Attempts,
    string? LastError);
