using Sluice.Proxy.Caching.Tiers;
using Sluice.Proxy.Plans.Caching;

namespace Sluice.Proxy.Caching.Disk;

/// <summary>What all parts of the disk tier share. Any thread.</summary>
internal sealed class DiskState : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly TierPredicate? _auxiliary;
    private volatile DiskCachePlan _plan;
    private long _freeBytes;
    private long _unfinishedBytes;
    private long _backlogBytes;
    private int _scannedFolders;

    /// <summary>Creates it for a folder that is open.</summary>
    public DiskState(DiskCachePlan plan, DiskFolder folder, TimeProvider time, Action<string> log, TierPredicate? auxiliary)
    {
        _auxiliary = auxiliary;
        _plan = plan;
        Folder = folder;
        Time = time;
        Log = log;
        Storing = new DiskStoring(folder.Path, time, log);
        Files = new ObjectFiles(this);
        Readers = new DiskJobs("sluice cache reader", ReaderThreads, this);
        Writers = new DiskJobs("sluice cache writer", 1, this);
        LookAtSpace();
    }

    /// <summary>How many threads read: so many disks' answers are waited for at once.</summary>
    public const int ReaderThreads = 4;

    /// <summary>What may wait for the disk to be written, in bytes, of all objects: above it, an object is not stored.</summary>
    public const long BacklogBytesMax = 32L * 1024 * 1024;

    /// <summary>What the configuration says; exchanged by a reload.</summary>
    public DiskCachePlan Plan
    {
        get => _plan;
        set => _plan = value;
    }

    /// <summary>The folder.</summary>
    public DiskFolder Folder { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Where messages go.</summary>
    public Action<string> Log { get; }

    /// <summary>What objects there are.</summary>
    public DiskIndex Index { get; } = new();

    /// <summary>What was purged.</summary>
    public DiskPurges Purges { get; } = new();

    /// <summary>What happened.</summary>
    public DiskCounters Counters { get; } = new();

    /// <summary>Whether objects are stored now.</summary>
    public DiskStoring Storing { get; }

    /// <summary>The files of objects.</summary>
    public ObjectFiles Files { get; }

    /// <summary>The threads that read.</summary>
    public DiskJobs Readers { get; }

    /// <summary>The thread that writes.</summary>
    public DiskJobs Writers { get; }

    /// <summary>What was free on the file system a moment ago, less what was written since; -1 when that can't be found out.</summary>
    public long FreeBytes => Interlocked.Read(ref _freeBytes);

    /// <summary>Whether too little is free.</summary>
    public bool IsShortOfSpace => FreeBytes is >= 0 and var free && free < Plan.FreeBytesMin;

    /// <summary>What objects take that are being written, in bytes.</summary>
    public long UnfinishedBytes => Interlocked.Read(ref _unfinishedBytes);

    /// <summary>Whether so much waits to be written that what isn't urgent had better wait.</summary>
    public bool IsFarBehind => Interlocked.Read(ref _backlogBytes) > BacklogBytesMax / 2;

    /// <summary>The first folder that was not looked through since the start; <see cref="DiskKey.Folders"/> when all were. Below it, what isn't in the index isn't there.</summary>
    public int ScannedFolders
    {
        get => Volatile.Read(ref _scannedFolders);
        set => Volatile.Write(ref _scannedFolders, value);
    }

    /// <summary>The time, in Unix seconds.</summary>
    public long NowSeconds => Time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Whether an object only belongs to others, so that purges don't count it.</summary>
    public bool IsAuxiliary(in DiskHeaderContent content) => _auxiliary?.Invoke(content.Key, content.Meta, content.Head) == true;

    /// <summary>Takes room in the backlog; false when there is none.</summary>
    public bool TryTakeBacklog(int bytes)
    {
        if (Interlocked.Add(ref _backlogBytes, bytes) <= BacklogBytesMax)
        {
            return true;
        }

        GiveBackBacklog(bytes);
        return false;
    }

    /// <summary>Gives room in the backlog back.</summary>
    public void GiveBackBacklog(int bytes) => Interlocked.Add(ref _backlogBytes, -bytes);

    /// <summary>Counts what was written of an object that isn't finished; less than 0 when it is, or given up.</summary>
    public void CountUnfinished(long bytes)
    {
        Interlocked.Add(ref _unfinishedBytes, bytes);
        if (FreeBytes >= 0)
        {
            Interlocked.Add(ref _freeBytes, -Math.Max(bytes, 0));
        }
    }

    /// <summary>Looks at what is free on the file system.</summary>
    public void LookAtSpace()
    {
        Interlocked.Exchange(ref _freeBytes, Folder.FreeBytes());
        Storing.OnSpace(IsShortOfSpace, FreeBytes, Plan.FreeBytesMin);
    }

    /// <summary>Removes what was asked for longest ago until so many bytes more fit; false when that isn't enough.</summary>
    public bool TryMakeRoom(long bytes)
    {
        while (Index.Bytes + UnfinishedBytes + bytes > Plan.BytesMax)
        {
            if (!TryEvict())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Removes one object; false when there is none.</summary>
    public bool TryEvict()
    {
        long now = NowSeconds;
        if (!Index.TryChoose(DiskEntry.Seconds(now), out DiskEntry victim))
        {
            return false;
        }

        if (Files.TryRemove(victim.Key))
        {
            Counters.Count(victim.UselessAfter < now ? DiskEvent.Expired : DiskEvent.Evicted);
        }

        return true;
    }

    /// <summary>Ends the threads, when what they were told to do is done, and gives the folder back.</summary>
    public void Dispose()
    {
        // Who waits for a disk that doesn't answer keeps what it needs.
        if (Writers.TryEnd(Patience) && Readers.TryEnd(Patience))
        {
            Writers.Dispose();
            Readers.Dispose();
            Folder.Dispose();
        }
    }
}
