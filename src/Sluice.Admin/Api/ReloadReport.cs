namespace Sluice.Admin.Api;

/// <summary>What <c>POST /v1/reload</c> answers, with 200 or 422.</summary>
public sealed record ReloadReport
{
    /// <summary>Whether the new configuration is served.</summary>
    public required bool IsReloaded { get; init; }

    /// <summary>What changed, or why nothing did, in one line.</summary>
    public required string Summary { get; init; }

    /// <summary>Routes by their names; null when it failed.</summary>
    public ChangedNames? Routes { get; init; }

    /// <summary>Upstreams by their names; null when it failed.</summary>
    public ChangedNames? Upstreams { get; init; }

    /// <summary>Listeners by their addresses as written; null when it failed.</summary>
    public ChangedNames? Listeners { get; init; }

    /// <summary>Whether anything else changed: limits, trusted proxies, the access log.</summary>
    public required bool AreOthersChanged { get; init; }

    /// <summary>What only a restart can bring about, a line each.</summary>
    public required IReadOnlyList<string> RestartHints { get; init; }

    /// <summary>What was found, as <c>sluice check</c> prints it; empty when there is nothing.</summary>
    public required string DiagnosticsText { get; init; }

    /// <summary>The same, one by one.</summary>
    public required IReadOnlyList<FindingReport> Diagnostics { get; init; }
}
