using System.Diagnostics;
using System.Text;
using Sluice.Proxy.Caching.Tiers;
using Sluice.Proxy.Plans.Caching;

namespace Sluice.Proxy.Caching.Disk;

/// <summary>
/// Objects on disk, a file each: a key, which begins with a URL that ends at the first byte of 0 or 1, metadata, a head, and content. It knows nothing of what they mean.
/// Any thread; nothing of this waits for the disk, which threads of its own do.
/// </summary>
/// <remarks>
/// <para>A file that is damaged, torn, foreign or no file is removed and counted and never served. A disk that is full
/// or fails switches storing off, with one message in a minute, and is tried again every 10 s; what can be read is read meanwhile.</para>
/// <para>A purge holds from when the call returns, also for what is being fetched meanwhile, if that was begun with the <see cref="Sequence"/> of before. After a crash of the process
/// objects may be there again whose purge had not reported its end.</para>
/// </remarks>
internal sealed class DiskTier : ICacheTier, IDisposable
{
    // Who would wait behind so many look-ups had better ask a server.
    private const int WaitingMax = 1024;

    private static readonly TimeSpan KeeperPatience = TimeSpan.FromSeconds(10);

    private readonly DiskState _state;
    private readonly DiskKeeper _keeper;
    private ulong _lastNumber;
    private int _isDisposed;

    private DiskTier(DiskState state)
    {
        _state = state;
        _keeper = new DiskKeeper(state);
    }

    /// <summary>Opens the folder, and begins to look through what is in it. Blocks for as long as that takes.</summary>
    /// <param name="plan">Where and how much.</param>
    /// <param name="log">Where messages go, a line each; any thread.</param>
    /// <param name="error">What is wrong with the folder, when there is no tier: it can't be made or opened, is used by another process, or is none of a cache.</param>
    /// <param name="time">The clock; the system's when null.</param>
    /// <param name="auxiliary">Which objects only belong to others, so that purges don't count them; null for none.</param>
    public static DiskTier? Open(DiskCachePlan plan, Action<string> log, out string? error, TimeProvider? time = null, TierPredicate? auxiliary = null)
    {
        DiskFolder? folder = DiskFolder.Open(plan.Folder, out error);
        return folder is null ? null : new DiskTier(new DiskState(plan, folder, time ?? TimeProvider.System, log, auxiliary));
    }

    /// <summary>The number of the last purge; read it before a server is asked.</summary>
    public long Sequence => _state.Purges.Sequence;

    /// <inheritdoc/>
    public PurgeMark Mark => new(Sequence);

    /// <inheritdoc/>
    public int UsesMin => _state.Plan.UsesMin;

    /// <inheritdoc/>
    public bool IsAccepting => _state.Storing.IsOn && !_state.IsFarBehind;

    /// <summary>What it holds and did.</summary>
    public DiskTotals Totals => new(
        _state.Index.Objects,
        _state.Index.Bytes + _state.UnfinishedBytes,
        _state.Plan.BytesMax,
        _state.FreeBytes,
        _state.ScannedFolders == DiskKey.Folders,
        _state.Storing.IsOn,
        _state.Counters.Of(DiskEvent.Found),
        _state.Counters.Of(DiskEvent.Stored),
        _state.Counters.Of(DiskEvent.Refused),
        _state.Counters.Of(DiskEvent.Evicted),
        _state.Counters.Of(DiskEvent.Expired),
        _state.Counters.Of(DiskEvent.Purged),
        _state.Counters.Of(DiskEvent.Damaged),
        _state.Counters.Of(DiskEvent.Failed));

    /// <summary>Takes over other numbers; the folder stays.</summary>
    public void Resize(DiskCachePlan plan)
    {
        Debug.Assert(plan.Folder == _state.Plan.Folder, "Another folder is another tier.");
        _state.Plan = plan;
        _keeper.Wake();
    }

    /// <inheritdoc/>
    public bool MayHold(ReadOnlySpan<byte> key)
    {
        // In this order: what is entered in between, before its folder counts as looked through, is in the index then.
        DiskKey known = DiskKey.Of(key);
        return known.Folder >= _state.ScannedFolders || _state.Index.TryGet(in known, out _);
    }

    /// <inheritdoc/>
    public bool Holds(ReadOnlySpan<byte> key)
    {
        DiskKey known = DiskKey.Of(key);
        return _state.Index.TryGet(in known, out _);
    }

    /// <inheritdoc/>
    public Task<ITierObject?> FindAsync(byte[] key)
    {
        if (!MayHold(key) || _state.Readers.Waiting > WaitingMax)
        {
            return Task.FromResult<ITierObject?>(null);
        }

        var find = new DiskFind(_state, key);
        _state.Readers.Add(find);
        return find.Task;
    }

    /// <summary>Begins to store an object; null when that isn't to be: it is too large, or nothing is stored now, or the disk is too far behind.</summary>
    /// <param name="key">At most <see cref="DiskHeader.KeyBytesMax"/>.</param>
    /// <param name="meta">At most <see cref="DiskHeader.MetaBytes"/>.</param>
    /// <param name="head">At most <see cref="DiskHeader.HeadBytesMax"/>.</param>
    /// <param name="contentLength">The length of the content, or -1 when that isn't known.</param>
    /// <param name="uselessAfter">When it is of no use any more, in Unix seconds.</param>
    /// <param name="since">The <see cref="Sequence"/> of before it was asked for from its server.</param>
    public DiskWriter? TryBegin(ReadOnlySpan<byte> key, ReadOnlySpan<byte> meta, ReadOnlySpan<byte> head, long contentLength, long uselessAfter, long since)
    {
        DiskCachePlan plan = _state.Plan;
        bool fits = key.Length <= DiskHeader.KeyBytesMax && head.Length <= DiskHeader.HeadBytesMax && meta.Length <= DiskHeader.MetaBytes
            && contentLength <= Math.Min(plan.ObjectBytesMax, plan.BytesMax / 2)
            && (_state.FreeBytes < 0 || _state.FreeBytes - Math.Max(contentLength, 0) >= plan.FreeBytesMin);
        if (!fits || !_state.Storing.IsOn || !_state.TryTakeBacklog(DiskWriter.BacklogBytesFor(key.Length, head.Length)))
        {
            _state.Counters.Count(DiskEvent.Refused);
            return null;
        }

        return new DiskWriter(_state, Interlocked.Increment(ref _lastNumber), new DiskHeaderContent(key, meta, head, uselessAfter), contentLength, since);
    }

    /// <inheritdoc/>
    ITierWriter? ICacheTier.TryBegin(in TierEntry entry) =>
        UsesMin <= 1 || entry.Uses >= UsesMin || MayHold(entry.Key) ? TryBegin(entry.Key, entry.Meta, entry.Head, entry.ContentLength, entry.UselessAfter, entry.Since.Value) : null;

    /// <summary>Gives an object another head and metadata, after its server has said that it is still good; and takes its mark away. Its content stays.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="meta">The new metadata.</param>
    /// <param name="head">The new head.</param>
    /// <param name="uselessAfter">When it is of no use any more, in Unix seconds.</param>
    /// <param name="since">The <see cref="Sequence"/> of before its server was asked.</param>
    /// <param name="metaBefore">The metadata that it has to have; empty for any.</param>
    /// <returns>Whether it has them; not where it is gone or another one, or the head doesn't fit where the old one was.</returns>
    public Task<bool> RefreshAsync(ReadOnlySpan<byte> key, ReadOnlySpan<byte> meta, ReadOnlySpan<byte> head, long uselessAfter, long since, ReadOnlySpan<byte> metaBefore = default)
    {
        var refresh = new DiskRefresh(_state, key.ToArray(), meta.ToArray(), head.ToArray(), uselessAfter, since, metaBefore.ToArray());
        _state.Writers.Add(refresh);
        return refresh.Task;
    }

    /// <inheritdoc/>
    Task<bool> ICacheTier.RefreshAsync(in TierEntry entry) => RefreshAsync(entry.Key, entry.Meta, entry.Head, entry.UselessAfter, entry.Since.Value, entry.MetaBefore);

    /// <inheritdoc/>
    public int Remove(ReadOnlySpan<byte> key, bool isSoft)
    {
        DiskKey known = DiskKey.Of(key);
        return Purge(known.Url, known.Name, isSoft);
    }

    /// <summary>Removes or marks everything that is stored for a URL.</summary>
    /// <returns>How many objects, as far as that is known already.</returns>
    public int RemoveUrl(ReadOnlySpan<byte> url, bool isSoft) => Purge(DiskKey.OfUrl(url), null, isSoft);

    /// <inheritdoc/>
    int ICacheTier.RemoveUrl(ReadOnlySpan<byte> key) => RemoveUrl(StoredUrl.Of(key), isSoft: false);

    /// <inheritdoc/>
    Task<long> ICacheTier.PurgeAsync(CachePurge purge, TierPredicate? means)
    {
        // Templates of keys may put bytes into URLs that are no text: then each object is asked.
        bool isUrl = purge.Kind == CachePurgeKind.Url && !purge.Text.Contains('\uFFFD', StringComparison.Ordinal);
        return isUrl ? Task.FromResult((long)RemoveUrl(Encoding.UTF8.GetBytes(purge.Text), purge.IsSoft)) : RemoveWhere(means, purge.IsSoft);
    }

    /// <summary>Removes or marks what a predicate means. That holds at once; files are read and removed one after the other.</summary>
    /// <param name="means">Null for everything.</param>
    /// <param name="isSoft">Whether it is only marked.</param>
    /// <returns>How many objects, when all were looked at; -1 at once when too many purges are on their way, and when the tier ends before.</returns>
    public Task<long> RemoveWhere(TierPredicate? means, bool isSoft)
    {
        if (_state.Purges.Add(means, isSoft) is not { } purge)
        {
            return Task.FromResult(-1L);
        }

        _keeper.Add(purge);
        return purge.Done;
    }

    /// <summary>Ends: what was committed is written, what is being written is given up. Blocks for some seconds at the most, unless the disk doesn't answer.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            if (_keeper.TryEnd(KeeperPatience))
            {
                _state.Dispose();
            }
        }
    }

    private int Purge(ulong url, UInt128? name, bool isSoft)
    {
        List<DiskEntry> purged = _state.Index.Purge(url, name, isSoft, _state.Purges);
        _state.Counters.Count(DiskEvent.Purged, purged.Count);
        _keeper.Add(purged, isSoft);
        return purged.Count(static entry => !entry.IsAuxiliary);
    }
}
