namespace Sluice.Certificates.Acme;

/// <summary>The problem types that are acted on (RFC 8555, section 6.7; RFC 9773, section 5), without their common prefix.</summary>
internal static class AcmeProblem
{
    /// <summary>What every type of ACME begins with.</summary>
    public const string Prefix = "urn:ietf:params:acme:error:";

    public const string AccountDoesNotExist = "accountDoesNotExist";
    public const string AlreadyReplaced = "alreadyReplaced";
    public const string BadNonce = "badNonce";
    public const string RateLimited = "rateLimited";

    // About the challenge: another kind of challenge may do better.
    private static readonly HashSet<string> OfValidation = ["connection", "dns", "incorrectResponse", "tls", "unauthorized"];

    // A second try of the same would get the same answer.
    private static readonly HashSet<string> Final =
    [
        "caa", "rejectedIdentifier", "unsupportedIdentifier", "unsupportedContact", "invalidContact", "externalAccountRequired",
        "userActionRequired", "badPublicKey", "badCSR", "invalidProfile", RateLimited,
    ];

    /// <summary>Whether a challenge failed, rather than the issuer.</summary>
    public static bool IsOfValidation(string type) => OfValidation.Contains(type);

    /// <summary>Whether the issuer would say the same a moment later.</summary>
    public static bool IsFinal(string type) => Final.Contains(type);
}
