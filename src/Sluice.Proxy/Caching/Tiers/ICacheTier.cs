namespace Sluice.Proxy.Caching.Tiers;

/// <summary>
/// A tier of the cache behind the memory, which answers later and from other threads: the disk; a store that several machines share
/// (<see cref="SluiceServerOptions.CacheTier"/>). It knows nothing of what the objects mean that it is given.
/// </summary>
/// <remarks>
/// <para>All of it is called from any thread, mostly those of event loops: nothing waits, and nothing throws. What can go wrong is a miss at the most: what a tier can't read whole it doesn't find, and
/// what it can't store it refuses. What takes longer than a moment, it gives up by itself: the cache gives up on look-ups after 2 s, and waits for what it reads.</para>
/// <para>A purge holds from when the call returns, also for what is being fetched meanwhile: the mark of before it was asked for comes with an object
/// (<see cref="TierEntry.Since"/>), and what a purge after that mark means is not stored, or marked if the purge is a soft one.</para>
/// <para>Whoever can write to where a tier keeps its objects answers in the place of every server.</para>
/// </remarks>
public interface ICacheTier
{
    /// <summary>
    /// How far its purges have come. Read before a server is asked, and before something is copied from memory. A purge that somebody else made counts only when the owner has been told of
    /// it and that call has returned: until then, memory has what was purged.
    /// </summary>
    PurgeMark Mark { get; }

    /// <summary>Whether it takes anything just now. Asked on the path of requests.</summary>
    bool IsAccepting { get; }

    /// <summary>
    /// How often something has to be asked for before it is stored; below it, <see cref="TryBegin"/> still takes what is to replace something, which must not outlive it.
    /// </summary>
    int UsesMin { get; }

    /// <summary>Gets to know the cache that it belongs to, once, before anything else.</summary>
    /// <param name="cache">To be told of purges that others make.</param>
    void Join(ICacheTierOwner cache)
    {
    }

    /// <summary>Whether there may be an object. Asked on the path of requests, for every miss; allocates nothing.</summary>
    bool MayHold(ReadOnlySpan<byte> key);

    /// <summary>Whether there is an object, as far as that is known already.</summary>
    bool Holds(ReadOnlySpan<byte> key);

    /// <summary>Finds an object; null when there is none. Who gets it has a reference to give back.</summary>
    /// <param name="key">Not changed from now on.</param>
    Task<ITierObject?> FindAsync(byte[] key);

    /// <summary>Begins to store an object in the place of what its key has; null when that isn't to be.</summary>
    ITierWriter? TryBegin(in TierEntry entry);

    /// <summary>Gives an object another head and metadata, after its server has said that it is still good, and takes its mark away. Its content stays.</summary>
    /// <returns>Whether it has them; not where it is gone or replaced (<see cref="TierEntry.MetaBefore"/>), or the tier can't.</returns>
    Task<bool> RefreshAsync(in TierEntry entry);

    /// <summary>Removes or marks what a key has.</summary>
    /// <returns>How many objects, as far as that is known already.</returns>
    int Remove(ReadOnlySpan<byte> key, bool isSoft);

    /// <summary>Removes everything that is stored for the URL that a key begins with.</summary>
    /// <returns>How many objects, as far as that is known already.</returns>
    int RemoveUrl(ReadOnlySpan<byte> key);

    /// <summary>Removes or marks what a purge means. That holds at once; objects may be removed one after the other.</summary>
    /// <param name="purge">What, in words, which can be sent to others.</param>
    /// <param name="means">The same to be asked of each object; null for all.</param>
    /// <returns>How many objects, when all were looked at, as far as that can be known, lists and copies that belong to others perhaps included; -1 when it can't be done now, and has to be tried again.</returns>
    Task<long> PurgeAsync(CachePurge purge, TierPredicate? means);
}
