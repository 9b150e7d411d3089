namespace Sluice.Proxy.Caching.Disk;

/// <summary>Something to be done with files, on a thread of the tier.</summary>
internal interface IDiskJob
{
    /// <summary>Does it; throws nothing.</summary>
    /// <param name="scratch">The thread's own: a chunk with its checksum fits in. Its content means nothing before and after.</param>
    void Run(byte[] scratch);

    /// <summary>Ends it without success: there was a bug in it, or the tier has ended.</summary>
    void Fail();
}
