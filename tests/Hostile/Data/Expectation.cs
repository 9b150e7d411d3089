namespace Sluice.Hostile.Data;

/// <summary>What must come of a case.</summary>
internal sealed record Expectation
{
    /// <summary>The responses in order; empty when the proxy closes without one.</summary>
    public required IReadOnlyList<ExpectedResponse> Responses { get; init; }

    /// <summary>What becomes of the connection.</summary>
    public required ConnectionFate Fate { get; init; }

    /// <summary>How many whole requests reach the upstream.</summary>
    public required int Forwards { get; init; }

    /// <summary>Whether the upstream may see the beginning of a request that never becomes whole.</summary>
    public bool MayBeginToForward { get; init; }

    /// <summary>Whether content of a response is cut off, visibly to the client.</summary>
    public bool Truncated { get; init; }

    /// <summary>For responses of an upstream: whether its connection serves another request.</summary>
    public bool Reused { get; init; }

    /// <summary>For responses of an upstream: how many interim responses the client gets.</summary>
    public int Interims { get; init; }
}
