namespace Sluice.Certificates.Keeping;

/// <summary>A plan with what it needs to run; replaced as a whole by a reload.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Sessions">Its issuers, in order; sessions of issuers that stay the same are carried over.</param>
/// <param name="Presenter">How challenges are answered.</param>
/// <param name="OnDemand">Who may have a certificate on demand; null for nobody.</param>
internal sealed record CompiledPlan(
    AutomationPlan Plan, IReadOnlyList<IssuerSession> Sessions, ChallengePresenter Presenter, OnDemandPolicy? OnDemand)
{
    /// <summary>The issuers' folders in the storage.</summary>
    public IReadOnlyList<string> Folders { get; } = [.. Sessions.Select(session => session.Folder)];

    /// <summary>Whether orders by both would be made alike; then a failure by one says something about the other.</summary>
    public bool OrdersAlike(CompiledPlan other) =>
        Sessions.SequenceEqual(other.Sessions)
        && Plan.Challenges.SequenceEqual(other.Plan.Challenges)
        && Plan.KeyType == other.Plan.KeyType
        && Presenter == other.Presenter;

    /// <summary>The issuer that a stored certificate is from; null when the plan doesn't have it.</summary>
    public IssuerSession? FindSession(string folder) => Sessions.FirstOrDefault(session => session.Folder == folder);
}
