namespace Sluice.Certificates.Acme;

/// <summary>An account at an issuer, ready to sign with.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Uri">Its URL, which is its name in signed requests (RFC 8555, section 6.2).</param>
internal sealed record AcmeAccount(AcmeAccountKey Key, Uri Uri);
