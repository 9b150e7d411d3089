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

    /// <summary>How long to wait after a look that took so long: looking takes 2 % of a core at the most, and comes every half minute at the least.</summary>
    internal TimeSpan WaitAfter(TimeSpan look)
    {
        const int partOfCore = 50;
        const int waitMaxSeconds = 30;
        long waitMax = Math.Max(PollInterval.Ticks, TimeSpan.FromSeconds(waitMaxSeconds).Ticks);
        return TimeSpan.FromTicks(Math.Clamp(look.Ticks * partOfCore, PollInterval.Ticks, waitMax));
    }
}
