namespace Sluice.TestKit.Acme;

/// <summary>An order at a scripted issuer, with its one authorization.</summary>
internal sealed class ScriptedOrder
{
    public required string Id { get; init; }

    public required string AccountUri { get; init; }

    public required string IdentifierType { get; init; }

    /// <summary>As it was ordered, with <c>*.</c> if so.</summary>
    public required string Name { get; init; }

    public required string Token { get; init; }

    public string Status { get; set; } = "pending";

    public string AuthorizationStatus { get; set; } = "pending";

    /// <summary>The problem of the challenge, or of the order.</summary>
    public AcmeFault? Error { get; set; }

    /// <summary>The kind of challenge that was begun.</summary>
    public string ChallengeType { get; set; } = "";

    /// <summary>How often the authorization will still be said to be pending.</summary>
    public int PendingPolls { get; set; }

    /// <summary>The chain in PEM, and its alternates.</summary>
    public IReadOnlyList<string> Chains { get; set; } = [];
}
