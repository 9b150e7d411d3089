namespace Sluice.Admin.Watching;

/// <summary>How files are watched.</summary>
internal sealed record WatchTiming
{
    /// <summary>How long nothing may have changed before the files are read: editors and deployments write in pieces.</summary>
    internal TimeSpan Quiet { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How often to look where no event comes: on network file systems, or with no watches left.</summary>
    internal TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether to ask the kernel for events, too.</summary>
    internal bool UsesEvents { get; init; } = true;
}
