namespace Sluice.Proxy.Caching.Memory;

/// <summary>Where a reader of an object is, so that going on doesn't begin at its first block. Begins as default; belongs to one reader of one object.</summary>
internal struct ContentCursor
{
    /// <summary>The block, or none before the first read.</summary>
    public CacheBlock Block;

    /// <summary>Which byte of the content is the first of the block.</summary>
    public long Start;

    /// <summary>How many bytes of content the block has room for.</summary>
    public int Room;
}
