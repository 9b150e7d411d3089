namespace Sluice.Proxy.Caching.Disk;

/// <summary>
/// The last URLs and keys of a shard of the index that were purged, for what was on its way meanwhile, and for files that were not looked at yet. Under the lock of the shard.
/// </summary>
internal sealed class DiskRemovals
{
    /// <summary>How many are remembered; more within one shard while one fetch runs, and what that brings isn't stored.</summary>
    public const int Remembered = 32;

    private readonly Removal[] _removals = new Removal[Remembered];
    private int _count;
    private int _oldest;
    private long _forgotten;

    /// <summary>Remembers one. Numbers only grow.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="url">The hash of the URL.</param>
    /// <param name="name">Of which key; null for all.</param>
    /// <param name="isSoft">Whether it only marks.</param>
    public void Add(long sequence, ulong url, UInt128? name, bool isSoft)
    {
        for (int i = 0; i < _count; i++)
        {
            ref Removal removal = ref _removals[i];
            if (removal.Url == url && removal.Name == name && removal.IsSoft == isSoft)
            {
                // What counts is the last one.
                removal = removal with { Sequence = sequence };
                return;
            }
        }

        var added = new Removal(sequence, url, name, isSoft);
        if (_count < Remembered)
        {
            _removals[_count++] = added;
            return;
        }

        _forgotten = Math.Max(_forgotten, _removals[_oldest].Sequence);
        _removals[_oldest] = added;
        _oldest = (_oldest + 1) % Remembered;
    }

    /// <summary>What those behind a number mean for an object.</summary>
    public DiskVerdict Judge(long since, in DiskKey key)
    {
        if (since < _forgotten)
        {
            return DiskVerdict.Refuse;
        }

        DiskVerdict verdict = DiskVerdict.Keep;
        foreach (Removal removal in _removals.AsSpan(0, _count))
        {
            if (removal.Sequence > since && removal.Url == key.Url && (removal.Name is not { } name || name == key.Name))
            {
                verdict = removal.IsSoft && verdict != DiskVerdict.Refuse ? DiskVerdict.Mark : DiskVerdict.Refuse;
            }
        }

        return verdict;
    }

    private readonly record struct Removal(long Sequence, ulong Url, UInt128? Name, bool IsSoft);
}
