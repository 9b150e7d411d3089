using Sluice.Config.Diagnostics;

namespace Sluice.Config.Model;

/// <summary>A page for errors.</summary>
public sealed record ErrorPageConfig
{
    /// <summary>The statuses it is for; at least one.</summary>
    public IReadOnlyList<StatusRange> On { get; init; } = [];

    /// <summary>What is sent.</summary>
    public PageConfig Page { get; init; } = new();

    /// <summary>The status that is sent instead; null keeps it.</summary>
    public int? Status { get; init; }

    /// <summary>Whether responses of servers are replaced, too.</summary>
    public bool Intercept { get; init; }

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
