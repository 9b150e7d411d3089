namespace Sluice.Certificates;

/// <summary>An account at the issuer that the ACME account is bound to (RFC 8555, section 7.3.4).</summary>
/// <param name="KeyId">The key's identifier, as the issuer gave it.</param>
/// <param name="HmacKey">The shared key in base64url, as the issuer gave it. Never logged, never in an error.</param>
public sealed record ExternalAccount(string KeyId, string HmacKey)
{
    /// <summary>The identifier only: a record would print its key.</summary>
    public override string ToString() => KeyId;
}
