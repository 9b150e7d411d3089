namespace Sluice.Proxy.Plans.Caching;

/// <summary>Where and how responses are kept on disk.</summary>
/// <param name="Folder">An absolute path; made when it is missing.</param>
public sealed record DiskCachePlan(string Folder)
{
    /// <summary>How much all files may take, in bytes.</summary>
    public long BytesMax { get; init; } = 10L * 1024 * 1024 * 1024;

    /// <summary>What has to stay free on the file system, in bytes; below it nothing is stored and the oldest is removed.</summary>
    public long FreeBytesMin { get; init; } = 1024L * 1024 * 1024;

    /// <summary>The largest content that is kept, in bytes.</summary>
    public long ObjectBytesMax { get; init; } = 1024L * 1024 * 1024;

    /// <summary>How often something is asked for before it is written, 1 to 15; until then it is in memory alone.</summary>
    public int UsesMin { get; init; } = 2;

    /// <summary>What nobody asked for in so many seconds is removed, however fresh it is.</summary>
    public int InactiveSeconds { get; init; } = 7 * 24 * 3600;
}
