namespace Sluice.TestKit.Acme;

/// <summary>What a scripted issuer answers instead of what it should.</summary>
/// <param name="Status">The status.</param>
/// <param name="Type">The problem's type without the prefix of ACME; empty for an answer without a problem document.</param>
/// <param name="Detail">What the problem says.</param>
/// <param name="RetryAfter">The Retry-After field; null for none.</param>
public sealed record AcmeFault(int Status, string Type = "", string Detail = "as the script says", string? RetryAfter = null);
