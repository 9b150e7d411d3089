namespace Sluice.Proxy.Caching.Memory;

/// <summary>What became of an object that was to be stored.</summary>
internal enum CommitOutcome
{
    /// <summary>It is found from now on, in place of what its key had.</summary>
    Stored,

    /// <summary>The tier is full of what is asked for more often.</summary>
    NotAdmitted,

    /// <summary>It was purged while it was on its way, or there were too many purges to know.</summary>
    Purged,

    /// <summary>What it was to replace isn't there any more.</summary>
    Superseded,

    /// <summary>There was no memory for all of it, or it was above the limit of an object.</summary>
    TooLarge,
}
