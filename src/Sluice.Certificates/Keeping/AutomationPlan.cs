namespace Sluice.Certificates.Keeping;

/// <summary>Which certificates are to be kept, and how they are obtained.</summary>
/// <param name="Names">
/// One certificate each: names in lower case and ASCII, <c>*.</c> before them for wildcards, or addresses. No <c>localhost</c> and
/// no <c>*.internal</c>: no issuer would sign them.
/// </param>
/// <param name="Issuers">In order of preference: the next is tried when one fails.</param>
/// <param name="Challenges">In order of preference: the next is tried when one fails. Those that don't fit a name are left out for it.</param>
/// <param name="KeyType">The kind of key of new certificates.</param>
/// <param name="OnDemand">Certificates for names that nobody listed; null for none.</param>
public sealed record AutomationPlan(
    IReadOnlyList<string> Names,
    IReadOnlyList<IssuerPlan> Issuers,
    IReadOnlyList<ChallengeKind> Challenges,
    KeyType KeyType = KeyType.P256,
    OnDemandPlan? OnDemand = null);
