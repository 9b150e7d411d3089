namespace Sluice.Proxy.Plans;

/// <summary>How much content of a request is kept while it is sent, so that it can be sent again.</summary>
public sealed record ReplayPlan
{
    /// <summary>Nothing is kept.</summary>
    public static ReplayPlan None { get; } = new() { MemoryBytesMax = 0, DiskBytesMax = 0 };

    /// <summary>Bytes that are kept in memory, 0 to 16 MiB; those behind go to the disk.</summary>
    public int MemoryBytesMax { get; init; } = 64 * 1024;

    /// <summary>Bytes that are kept in a file without a name. With more content than both hold, a request is not sent again.</summary>
    public long DiskBytesMax { get; init; } = 10 * 1024 * 1024;

    /// <summary>The folder of that file; null for that of the system.</summary>
    public string? Folder { get; init; }

    /// <summary>How much content is kept at most.</summary>
    internal long BytesMax => MemoryBytesMax + DiskBytesMax;
}
