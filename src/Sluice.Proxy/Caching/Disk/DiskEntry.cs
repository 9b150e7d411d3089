namespace Sluice.Proxy.Caching.Disk;

/// <summary>What is known in memory of an object on disk: 48 bytes without references. Under the lock of its shard; copies are anybody's.</summary>
internal struct DiskEntry
{
    /// <summary>What sizes are counted in, in bytes: a block of most file systems.</summary>
    public const int UnitBytes = 4096;

    /// <summary>The name of its file.</summary>
    public UInt128 Name;

    /// <summary>The hash of its URL.</summary>
    public ulong Url;

    /// <summary>The size of its file, in units of <see cref="UnitBytes"/>, rounded up.</summary>
    public uint Units;

    /// <summary>When it was asked for last, in Unix seconds (until 2106).</summary>
    public uint LastUse;

    /// <summary>When it is of no use any more, in Unix seconds.</summary>
    public uint UselessAfter;

    /// <summary>The number of the last purge when it was asked for from its server; 0 when it was there before the start.</summary>
    public uint Sequence;

    /// <summary>What is so of it, and, in the other bits, a part of its file's salt.</summary>
    public DiskEntryFlags Flags;

    /// <summary>The next one in its bucket, or among those that are free; -1 for none.</summary>
    public int Next;

    /// <summary>What it is known by.</summary>
    public readonly DiskKey Key => new(Name, Url);

    /// <summary>The size of its file, in bytes.</summary>
    public readonly long Bytes => (long)Units * UnitBytes;

    /// <summary>Whether it has an object.</summary>
    public readonly bool IsPresent => (Flags & DiskEntryFlags.Present) != 0;

    /// <summary>Whether that was marked.</summary>
    public readonly bool IsMarked => (Flags & DiskEntryFlags.Marked) != 0;

    /// <summary>Whether that only belongs to others, and isn't counted.</summary>
    public readonly bool IsAuxiliary => (Flags & DiskEntryFlags.Auxiliary) != 0;

    /// <summary>Describes an object.</summary>
    /// <param name="key">What it is known by.</param>
    /// <param name="fileBytes">The size of its file.</param>
    /// <param name="uselessAfter">When it is of no use any more, in Unix seconds.</param>
    /// <param name="lastUse">When it was asked for last, in Unix seconds.</param>
    /// <param name="salt">Its file's.</param>
    /// <param name="sequence">The number of the last purge when it was asked for from its server.</param>
    /// <param name="isAuxiliary">Whether it only belongs to others.</param>
    public static DiskEntry Of(in DiskKey key, long fileBytes, long uselessAfter, long lastUse, uint salt, long sequence, bool isAuxiliary) => new()
    {
        Name = key.Name,
        Url = key.Url,
        Units = (uint)Math.Min((fileBytes + UnitBytes - 1) / UnitBytes, uint.MaxValue),
        UselessAfter = Seconds(uselessAfter),
        LastUse = Seconds(lastUse),
        Sequence = (uint)Math.Min(sequence, uint.MaxValue),
        Flags = DiskEntryFlags.Present | (isAuxiliary ? DiskEntryFlags.Auxiliary : 0) | TagOf(salt),
    };

    /// <summary>Whether it is about the file with a salt, and not about one that had the name before or will have it.</summary>
    public readonly bool IsAbout(uint salt) => (Flags & ~(DiskEntryFlags.Present | DiskEntryFlags.Marked | DiskEntryFlags.Auxiliary)) == TagOf(salt);

    /// <summary>Takes the mark away.</summary>
    public void Unmark() => Flags &= ~DiskEntryFlags.Marked;

    /// <summary>A time as entries have it.</summary>
    public static uint Seconds(long unixSeconds) => (uint)Math.Clamp(unixSeconds, 0, uint.MaxValue);

    private static DiskEntryFlags TagOf(uint salt) => (DiskEntryFlags)(salt << 3);
}
