namespace Sluice.Proxy.Caching.Memory;

/// <summary>What is so of an object. Set and cleared atomically, each bit by whom its line says, and read by any thread.</summary>
[Flags]
internal enum EntryFlags
{
    /// <summary>It is being written, or was given up.</summary>
    None = 0,

    /// <summary>The index leads to it. Changed under the lock of its shard.</summary>
    Indexed = 1,

    /// <summary>All of its content is there. Set once, by its writer.</summary>
    Complete = 2,

    /// <summary>There will be no more content. Set once, by its writer.</summary>
    Aborted = 4,

    /// <summary>A soft purge asks to revalidate it before it is used. Set by any thread.</summary>
    Marked = 8,

    /// <summary>It is in another tier as well, or was tried to be put there. Set by any thread.</summary>
    Kept = 16,
}
