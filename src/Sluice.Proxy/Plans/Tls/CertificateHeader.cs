namespace Sluice.Proxy.Plans.Tls;

/// <summary>A header that tells upstreams who the client is, by its certificate. What clients send under its name is always removed.</summary>
/// <param name="Name">The header's name.</param>
/// <param name="Field">What it tells.</param>
public sealed record CertificateHeader(string Name, CertificateField Field);
