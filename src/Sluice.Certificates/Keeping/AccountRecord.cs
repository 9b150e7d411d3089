namespace Sluice.Certificates.Keeping;

/// <summary>What an account was registered with.</summary>
/// <param name="Uri">Its URL.</param>
/// <param name="Email">Whom the issuer may write to; null for nobody.</param>
/// <param name="ExternalKeyId">The external account that it is bound to; null for none.</param>
internal sealed record AccountRecord(Uri Uri, string? Email, string? ExternalKeyId);
