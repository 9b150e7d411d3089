namespace Sluice.Certificates.Trust;

/// <summary>What became of a root in one store.</summary>
/// <param name="Store">Which: <c>system</c>, or the folder of a browser's database.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Detail">Where the root is in that store, or why it failed and what to do.</param>
public sealed record TrustResult(string Store, TrustOutcome Outcome, string Detail);
