using Sluice.Certificates.Acme;

namespace Sluice.Certificates.Keeping;

/// <summary>What is ordered.</summary>
/// <param name="Identifier">For what.</param>
/// <param name="Challenge">How control is proved.</param>
/// <param name="KeyType">The kind of the new key.</param>
/// <param name="Profile">The issuer's profile; null for its default.</param>
/// <param name="PreferredChain">Who should have signed the topmost certificate; null for the default chain.</param>
/// <param name="Replaces">The certificate that is replaced; null when the issuer needn't know.</param>
internal sealed record OrderRequest(
    AcmeIdentifier Identifier, ChallengeKind Challenge, KeyType KeyType, string? Profile, string? PreferredChain, RenewalCertificateId? Replaces);
