namespace Sluice.Admin.Api;

/// <summary>An error of the API (RFC 9457).</summary>
public sealed record ProblemReport
{
    /// <summary>What is wrong, in short.</summary>
    public required string Title { get; init; }

    /// <summary>The status of the response.</summary>
    public required int Status { get; init; }

    /// <summary>More about it.</summary>
    public string? Detail { get; init; }
}
