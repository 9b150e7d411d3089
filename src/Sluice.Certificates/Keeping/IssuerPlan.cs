namespace Sluice.Certificates.Keeping;

/// <summary>Who issues certificates, and how to order there.</summary>
/// <param name="Name">What the operator calls it; in logs and status.</param>
/// <param name="DirectoryUri">The ACME directory (RFC 8555, section 7.1.1).</param>
/// <param name="Email">Whom the issuer may write to; null for nobody.</param>
/// <param name="CaFile">A PEM file of authorities to trust for the directory instead of the system's; null for the system's.</param>
/// <param name="Eab">The external account that the issuer wants the account to be bound to; null for none.</param>
/// <param name="Profile">The certificate profile to order; null for the issuer's default.</param>
/// <param name="PreferredChain">The common name of who should have signed the topmost certificate of the chain; null for the default chain.</param>
public sealed record IssuerPlan(
    string Name,
    Uri DirectoryUri,
    string? Email = null,
    string? CaFile = null,
    ExternalAccount? Eab = null,
    string? Profile = null,
    string? PreferredChain = null);
