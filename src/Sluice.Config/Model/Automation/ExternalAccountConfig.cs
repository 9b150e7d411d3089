namespace Sluice.Config.Model.Automation;

/// <summary>An account at an issuer.</summary>
public sealed record ExternalAccountConfig
{
    /// <summary>The key's identifier.</summary>
    public string KeyId { get; init; } = "";

    /// <summary>The shared key in base64url.</summary>
    public string HmacKey { get; init; } = "";

    /// <summary>The identifier only: a record would print its key.</summary>
    public override string ToString() => KeyId;
}
