using Sluice.Proxy.Health.Checks;

namespace Sluice.Admin.Api;

/// <summary>The last health check of a server.</summary>
public sealed record CheckStatus
{
    /// <summary>Whether the server did as expected.</summary>
    public required bool IsPassed { get; init; }

    /// <summary>What was seen, such as <c>passed</c> or <c>status 503</c>.</summary>
    public required string Result { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public required double DurationMs { get; init; }

    /// <summary>How many ended like it in a row, this one included.</summary>
    public required int InARow { get; init; }

    /// <summary>What a report says.</summary>
    internal static CheckStatus Of(CheckReport report) => new()
    {
        IsPassed = report.HasPassed,
        Result = report.Text,
        At = report.At,
        DurationMs = Math.Round(report.DurationMs, 3),
        InARow = report.InARow,
    };
}
