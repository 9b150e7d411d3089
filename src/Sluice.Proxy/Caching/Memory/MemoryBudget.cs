namespace Sluice.Proxy.Caching.Memory;

/// <summary>The bytes that the tier may take from the system, for pages and for what it knows of objects, and those that it has taken. Atomic.</summary>
/// <param name="limit">In bytes.</param>
internal sealed class MemoryBudget(long limit)
{
    private long _limit = limit;
    private long _used;

    /// <summary>In bytes; a lower one than what is used only prevents more.</summary>
    public long Limit
    {
        get => Volatile.Read(ref _limit);
        set => Volatile.Write(ref _limit, value);
    }

    /// <summary>In bytes.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>Takes bytes, or nothing where that would exceed the limit and isn't forced.</summary>
    public bool TryTake(long bytes, bool force = false)
    {
        long used = Volatile.Read(ref _used);
        while (force || used + bytes <= Limit)
        {
            long seen = Interlocked.CompareExchange(ref _used, used + bytes, used);
            if (seen == used)
            {
                return true;
            }

            used = seen;
        }

        return false;
    }

    /// <summary>Gives bytes back.</summary>
    public void GiveBack(long bytes) => Interlocked.Add(ref _used, -bytes);
}
