namespace Sluice.Admin.Api;

/// <summary>What <c>GET /v1/status</c> answers.</summary>
public sealed record InstanceStatus
{
    /// <summary>Of the program.</summary>
    public required string Version { get; init; }

    /// <summary>The number of the process.</summary>
    public required int Pid { get; init; }

    /// <summary>When it began to answer.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Since then.</summary>
    public required double UptimeSeconds { get; init; }

    /// <summary>The full path of the configuration; null when there is no file.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>Whether a change of a file is a reason to reload.</summary>
    public required bool IsWatching { get; init; }

    /// <summary>Event loops.</summary>
    public required int Workers { get; init; }

    /// <summary>The addresses that are listened on.</summary>
    public required IReadOnlyList<ListenerStatus> Listeners { get; init; }

    /// <summary>Client connections that are open.</summary>
    public required int Connections { get; init; }

    /// <summary>How many routes are served.</summary>
    public required int Routes { get; init; }

    /// <summary>How many upstreams there are.</summary>
    public required int Upstreams { get; init; }

    /// <summary>How many servers they have.</summary>
    public required int Servers { get; init; }

    /// <summary>What is done against overload.</summary>
    public required OverloadStatus Overload { get; init; }

    /// <summary>What became of the reloads.</summary>
    public required ReloadStatus Reload { get; init; }

    /// <summary>Bugs that were reported; 0 in a sound program.</summary>
    public required int Bugs { get; init; }

    /// <summary>Lines of the access log that were dropped because their reader was too slow.</summary>
    public required long DroppedLogLines { get; init; }
}
