namespace Sluice.Proxy.Caching.Tiers;

/// <summary>The cache that a tier belongs to: told of what others removed from a store that they share, so that it is gone here as well. Any thread.</summary>
public interface ICacheTierOwner
{
    /// <summary>Removes or marks what a key has, in memory and on disk. Quick.</summary>
    void RemoveHere(ReadOnlySpan<byte> key, bool isSoft);

    /// <summary>Removes what <see cref="ICacheTier.RemoveUrl"/> removes elsewhere: in memory what the key has, in all variants, and on disk everything for the URL. Quick.</summary>
    void RemoveUrlHere(ReadOnlySpan<byte> key);

    /// <summary>Removes or marks what a purge means, in memory and on disk. Looks at all objects, and waits for that some seconds: not for an event loop.</summary>
    /// <returns>Whether it holds on disk as well; otherwise too much is being purged there, and it has to be tried again.</returns>
    bool PurgeHere(CachePurge purge);
}
