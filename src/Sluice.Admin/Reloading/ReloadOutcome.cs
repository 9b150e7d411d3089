using Sluice.Config.Diagnostics;
using Sluice.Proxy;

namespace Sluice.Admin.Reloading;

/// <summary>What became of a reload.</summary>
/// <param name="At">When it ended.</param>
/// <param name="Trigger">What asked for it: <c>SIGHUP</c>, <c>sluice reload</c> or <c>file change</c>.</param>
public sealed record ReloadOutcome(DateTimeOffset At, string Trigger)
{
    /// <summary>What it changed; null when it failed, and everything is as it was.</summary>
    public ReloadResult? Changes { get; init; }

    /// <summary>What was found about the configuration, in the order of the text; warnings when it succeeded.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; init; } = [];

    /// <summary>Why it failed, in one line, other than by <see cref="Diagnostics"/>.</summary>
    public string? Problem { get; init; }

    /// <summary>What the new configuration says and only a restart can bring about, a line each.</summary>
    public IReadOnlyList<string> RestartHints { get; init; } = [];

    /// <summary>Whether the new configuration is served.</summary>
    public bool IsSuccess => Changes is not null;

    /// <summary>What happened in one line: <c>1 route changed; 1 upstream removed</c>, or why nothing did.</summary>
    public string Summary => Changes is not null ? ReloadText.Describe(Changes) : Problem ?? ReloadText.DescribeFirst(Diagnostics);
}
