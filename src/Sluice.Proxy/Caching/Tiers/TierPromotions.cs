using System.Runtime.InteropServices;
using System.Threading.Channels;
using Sluice.Proxy.Caching.Memory;

namespace Sluice.Proxy.Caching.Tiers;

/// <summary>
/// Copies what has turned out to be asked for again from memory to the tier behind it. Most things are asked for once and never again; to write each of them wears a disk out, and pushes out
/// what is of use. Any thread; one copy after the other, so that the tier is never far behind because of this.
/// </summary>
/// <remarks>
/// A copy must not bring back what is purged meanwhile. A purge goes to the tier first and to the memory then, so a copy (1) reads the tier's mark, (2) is put off while a purge is on its way,
/// and (3) sees whether the object is still in memory: a purge that was at the tier before the first step is then either seen in the second, or its effect in the third; and one that comes
/// later means what is written with that mark.
/// </remarks>
internal sealed class TierPromotions : IDisposable
{
    // What waits holds memory; when it is full, the next one is tried again when it is asked for again.
    private const int WaitingMax = 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // Others wait behind it, and what waits stays in memory.
    private static readonly TimeSpan CommitWaitMax = TimeSpan.FromSeconds(30);

    private readonly Channel<TierPromotion> _waiting = Channel.CreateBounded<TierPromotion>(new BoundedChannelOptions(WaitingMax) { SingleReader = true });
    private readonly CacheStore _store;
    private readonly Task _run;
    private volatile bool _isEnding;

    public TierPromotions(CacheStore store)
    {
        _store = store;
        _run = Task.Run(RunAsync);
    }

    /// <summary>Has something written to the tier that was found in memory, if it is asked for often enough and isn't there yet.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="found">The caller's reference, which stays the caller's.</param>
    /// <param name="tier">The tier.</param>
    public void Consider(ReadOnlySpan<byte> key, in MemoryObject found, ICacheTier tier)
    {
        if (!tier.IsAccepting || _store.Memory.FrequencyOf(key) < tier.UsesMin || !found.TryMarkKept())
        {
            return;
        }

        if (!_waiting.Writer.TryWrite(new TierPromotion(key.ToArray(), found.AddReference())))
        {
            found.UnmarkKept();
            found.Release();
        }
    }

    /// <summary>Writes the list of fields that a variant is found by to the tier, if it isn't there yet.</summary>
    /// <param name="memory">Where it is.</param>
    /// <param name="tier">Where it goes.</param>
    /// <param name="variant">The key of the variant.</param>
    /// <param name="since">How far the tier's purges were before the variant was asked for.</param>
    public static void KeepList(MemoryTier memory, ICacheTier tier, ReadOnlySpan<byte> variant, PurgeMark since)
    {
        if (!StoredKey.IsVariant(variant, out ReadOnlySpan<byte> primary, out ulong generation) || !memory.TryPeek(primary, out MemoryObject list))
        {
            return;
        }

        if (list.Meta.As<StoredMeta>() is { Kind: StoredKind.Variants } known && known.Generation == generation && list.TryMarkKept())
        {
            if (Begin(primary.ToArray(), list, contentLength: 0, tier, since, isCopy: false) is { } writer)
            {
                _ = writer.CommitAsync();
            }
            else
            {
                list.UnmarkKept();
            }
        }

        list.Release();
    }

    /// <summary>Ends; what waits is given up.</summary>
    public void Dispose()
    {
        _isEnding = true;
        _waiting.Writer.TryComplete();
        _run.Wait(Patience);
    }

    private async Task RunAsync()
    {
        await foreach (TierPromotion promotion in _waiting.Reader.ReadAllAsync())
        {
            try
            {
                if (!_isEnding && _store.Tier is { } tier)
                {
                    await CopyAsync(promotion, tier);
                }
            }
            catch (Exception exception)
            {
                // Nothing that a tier does throws: this is a bug, reported and survived.
                _store.Report(exception);
            }
            finally
            {
                promotion.Object.Release();
            }
        }
    }

    private async Task CopyAsync(TierPromotion promotion, ICacheTier tier)
    {
        // 1.
        PurgeMark since = tier.Mark;

        // 2.
        if (_store.IsPurging)
        {
            promotion.Object.UnmarkKept();
            return;
        }

        // 3.
        if (!IsThere(promotion) || promotion.Object.IsMarked)
        {
            return;
        }

        if (Begin(promotion.Key, promotion.Object, promotion.Object.Length, tier, since, isCopy: true) is not { } writer)
        {
            PutOff(promotion, tier);
            return;
        }

        if (!TryAppend(writer, promotion.Object) || !IsThere(promotion))
        {
            // It has outrun the tier, or is too large for that: trying it again would not help.
            writer.Abort();
            return;
        }

        KeepList(_store.Memory, tier, promotion.Key, since);
        Task<bool> committing = writer.CommitAsync();
        await Task.WhenAny(committing, Task.Delay(CommitWaitMax));
        if (!committing.IsCompleted)
        {
            _ = committing.ContinueWith(static (late, store) => ((CacheStore)store!).Report(late.Exception!), _store, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
        else if (!await committing)
        {
            PutOff(promotion, tier);
        }
        else if (IsReplaced(promotion))
        {
            // Something newer has come meanwhile, which may be in the tier already, and have been replaced there just now.
            tier.Remove(promotion.Key, isSoft: false);
        }
    }

    // What a tier doesn't take that takes others is not tried again: it is too large, for one.
    private static void PutOff(in TierPromotion promotion, ICacheTier tier)
    {
        if (!tier.IsAccepting)
        {
            promotion.Object.UnmarkKept();
        }
    }

    private bool IsThere(in TierPromotion promotion) => Look(promotion) is true;

    private bool IsReplaced(in TierPromotion promotion) => Look(promotion) is false;

    // Whether what memory has is what is copied; null when it has nothing.
    private bool? Look(in TierPromotion promotion)
    {
        if (!_store.Memory.TryPeek(promotion.Key, out MemoryObject current))
        {
            return null;
        }

        bool isSame = current.Meta.As<StoredMeta>() == promotion.Object.Meta.As<StoredMeta>();
        current.Release();
        return isSame;
    }

    private static ITierWriter? Begin(byte[] key, in MemoryObject stored, long contentLength, ICacheTier tier, PurgeMark since, bool isCopy)
    {
        CacheMeta meta = stored.Meta;
        return tier.TryBegin(new TierEntry
        {
            Key = key,
            Meta = MemoryMarshal.AsBytes(new ReadOnlySpan<CacheMeta>(in meta)),
            Head = stored.Head,
            ContentLength = contentLength,
            UselessAfter = stored.UselessAfter,
            Since = since,
            IsCopy = isCopy,
            Uses = tier.UsesMin,
        });
    }

    private static bool TryAppend(ITierWriter writer, in MemoryObject stored)
    {
        ContentCursor cursor = default;
        long offset = 0;
        while (stored.TrySlice(offset, ref cursor, out byte[] array, out int start, out int count))
        {
            if (!writer.TryAppend(array.AsSpan(start, count)))
            {
                return false;
            }

            offset += count;
        }

        return true;
    }
}
