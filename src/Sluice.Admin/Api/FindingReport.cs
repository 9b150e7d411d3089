namespace Sluice.Admin.Api;

/// <summary>A finding about a configuration.</summary>
public sealed record FindingReport
{
    /// <summary>Such as <c>SL0203</c>.</summary>
    public required string Code { get; init; }

    /// <summary><c>error</c> or <c>warning</c>.</summary>
    public required string Severity { get; init; }

    /// <summary>What is wrong.</summary>
    public required string Message { get; init; }

    /// <summary>The file; null when it is about no place in particular.</summary>
    public string? File { get; init; }

    /// <summary>Counted from 1.</summary>
    public int? Line { get; init; }

    /// <summary>Counted from 1.</summary>
    public int? Column { get; init; }

    /// <summary>What to do about it.</summary>
    public string? Hint { get; init; }

    /// <summary>The words that are valid at this place.</summary>
    public required IReadOnlyList<string> ValidHere { get; init; }
}
