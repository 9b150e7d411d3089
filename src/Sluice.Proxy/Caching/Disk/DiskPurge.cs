using Sluice.Proxy.Caching.Tiers;

namespace Sluice.Proxy.Caching.Disk;

/// <summary>A purge for which files have to be read.</summary>
/// <param name="sequence">Its number.</param>
/// <param name="means">Which objects; null for all.</param>
/// <param name="isSoft">Whether they are only marked.</param>
internal sealed class DiskPurge(long sequence, TierPredicate? means, bool isSoft)
{
    private readonly TaskCompletionSource<long> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Its number.</summary>
    public long Sequence { get; } = sequence;

    /// <summary>Whether objects are only marked.</summary>
    public bool IsSoft { get; } = isSoft;

    /// <summary>Whether it means all objects.</summary>
    public bool IsForAll => means is null;

    /// <summary>How many objects it removed or marked; the keeper's.</summary>
    public long Count { get; set; }

    /// <summary>Whether all that was stored before was looked at.</summary>
    public bool IsDone => _done.Task.IsCompleted;

    /// <summary>Ends when all was looked at, with how many were removed or marked; or when the tier ends, with -1.</summary>
    public Task<long> Done => _done.Task;

    /// <summary>What it means for an object that was asked for at a number.</summary>
    public DiskVerdict Judge(long since, in DiskHeaderContent content)
    {
        if (since >= Sequence || (means is not null && !means(content.Key, content.Meta, content.Head)))
        {
            return DiskVerdict.Keep;
        }

        return IsSoft ? DiskVerdict.Mark : DiskVerdict.Refuse;
    }

    /// <summary>All that was stored before was looked at.</summary>
    public void End() => _done.TrySetResult(Count);

    /// <summary>The tier ends before that.</summary>
    public void GiveUp() => _done.TrySetResult(-1);
}
