namespace Sluice.Certificates.Keeping;

/// <summary>How the next attempt is made.</summary>
/// <param name="Issuer">With whom.</param>
/// <param name="Challenge">By which proof.</param>
internal sealed record AttemptChoice(IssuerPlan Issuer, ChallengeKind Challenge);
