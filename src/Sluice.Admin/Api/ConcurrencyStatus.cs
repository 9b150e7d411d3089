namespace Sluice.Admin.Api;

/// <summary>The limit of an upstream's requests that follows its response times.</summary>
public sealed record ConcurrencyStatus
{
    /// <summary>How many requests there may be at once now.</summary>
    public required int Limit { get; init; }

    /// <summary>How many there are.</summary>
    public required int InFlight { get; init; }

    /// <summary>What the limit is doing: <c>learning</c>, <c>adapting</c> or <c>probing</c>.</summary>
    public required string Phase { get; init; }

    /// <summary>What responses take to their heads when nobody waits for another, in milliseconds; null until that was measured.</summary>
    public double? BaselineMs { get; init; }

    /// <summary>Requests that were answered with 503 because there were too many.</summary>
    public required long TurnedAway { get; init; }
}
