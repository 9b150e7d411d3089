namespace Sluice.Admin.Api;

/// <summary>A certificate of an instance.</summary>
public sealed record CertificateReport
{
    /// <summary>The names that it is for.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>Where it comes from: <c>file</c>, <c>issuer</c>, <c>on_demand</c> or <c>local</c>.</summary>
    public required string Source { get; init; }

    /// <summary>How it is doing: <c>valid</c>, <c>expired</c>, <c>not_yet_valid</c>, <c>ordering</c>, <c>waiting</c> or <c>failing</c>.</summary>
    public required string State { get; init; }

    /// <summary>The file, or who issued it; null while there is none.</summary>
    public string? Origin { get; init; }

    /// <summary>When it ends to be valid; null while there is none.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>When the next one is obtained; null for those from files.</summary>
    public DateTimeOffset? NextRenewal { get; init; }

    /// <summary>Why the last attempt to obtain one failed; null when it didn't.</summary>
    public string? Error { get; init; }
}
