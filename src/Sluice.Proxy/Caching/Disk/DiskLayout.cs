namespace Sluice.Proxy.Caching.Disk;

/// <summary>Where the content of an object is in its file: in chunks, each with its checksum behind it.</summary>
/// <param name="HeaderBytes">What is before it: see <see cref="DiskHeader"/>.</param>
/// <param name="Salt">What the checksums of this file begin with: chunks of another file, or of another place, don't pass for this one's.</param>
internal readonly record struct DiskLayout(int HeaderBytes, uint Salt)
{
    /// <summary>What is verified at once, in bytes. A smaller read costs the reading of a whole chunk.</summary>
    public const int ChunkBytes = 64 * 1024;

    /// <summary>A checksum.</summary>
    public const int CrcBytes = sizeof(uint);

    /// <summary>What the file of an object takes for its content: checksums included.</summary>
    public static long ContentBytes(long length) => length + (CrcBytes * ((length + ChunkBytes - 1) / ChunkBytes));

    /// <summary>How long the whole file is.</summary>
    public long FileBytes(long length) => HeaderBytes + ContentBytes(length);

    /// <summary>Where a byte of the content is.</summary>
    public long PositionOf(long offset) => HeaderBytes + offset + (CrcBytes * (offset / ChunkBytes));

    /// <summary>What the checksum of the chunk begins with that has a byte of the content.</summary>
    public uint SeedOf(long offset) => Salt ^ (uint)(offset / ChunkBytes);
}
