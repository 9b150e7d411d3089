using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Http.Caching;
using Sluice.Http.Http1;
using Sluice.Proxy.Caching.Memory;
using Sluice.Proxy.Caching.Slicing;
using Sluice.Proxy.Caching.Tiers;
using Sluice.Proxy.ErrorPages;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Overload;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Upstreams;
using Sluice.Proxy.Workers;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Caching.Fetching;

/// <summary>A request of the cache's own for something that is not stored, or not fresh, and all the requests that wait for it.</summary>
/// <remarks>
/// It runs on the worker of the request that began it, as an exchange of its own through the ordinary <see cref="Forwarder"/>; so no client that leaves, or reads slowly,
/// has anything to do with what others get. Requests of any worker read along: what they look at is written under a lock that is taken when something of the response
/// comes, and when a reader has to wait; never for what is stored already. Its phases are those of <see cref="FetchPhase"/>.
/// </remarks>
internal sealed class Fetch
{
    private static readonly Action<object?> GoOnHanding = static state => ((Fetch)state!)._handing.Complete(true);

    private static readonly Action<object?> CancelUnread = static state => ((Fetch)state!).OnUnread();

    private readonly Lock _lock = new();
    private readonly List<FetchReader> _readers = [];
    private readonly List<FetchReader> _waiting = [];
    private readonly LoopCompletion<bool> _handing = new();
    private readonly Worker _worker;
    private readonly ExchangeCopy _copy;
    private readonly FetchClientStream _client;
    private byte[] _learned = [];
    private Exchange? _leader;
    private ICacheTier? _tier;
    private FetchPhase _phase;
    private long _version;
    private BodySlice _handed;
    private long _handedAt;
    private long _handedEnd;
    private int _owedCount;
    private bool _isEnded;
    private bool _isReleased;

    /// <summary>Prepares a fetch.</summary>
    /// <param name="worker">Where it runs.</param>
    /// <param name="cache">What its route has cached.</param>
    /// <param name="key">What it is for, with the values of <c>Vary</c> where these are known; copied.</param>
    public Fetch(Worker worker, RouteCache cache, CacheKey key)
    {
        _worker = worker;
        Id = key.Span.ToArray();
        Key.CopyFrom(key);
        _copy = new ExchangeCopy(worker);
        _client = new FetchClientStream(this);
        Cache = cache;
    }

    /// <summary>What its route has cached.</summary>
    public RouteCache Cache { get; }

    /// <summary>What it is known by while it is on its way.</summary>
    public byte[] Id { get; }

    /// <summary>What its response is stored under; that of the variant once that is known.</summary>
    public CacheKey Key { get; } = new();

    /// <summary>Whether the operator wants the response stored.</summary>
    public bool MayStore { get; init; } = true;

    /// <summary>Which part of the content is asked for; null for all of it.</summary>
    public SliceRequest? Slice { get; init; }

    /// <summary>Whether the content can't be stored in slices: it has to be asked for whole. Known when it is <see cref="FetchPhase.Outdated"/>.</summary>
    public bool IsUnsliceable { get; set; }

    /// <summary>The head of what is stored already and asked about; null for none.</summary>
    public ResponseHead? Stored { get; private set; }

    /// <summary>What is kept with that.</summary>
    public StoredMeta StoredMeta { get; private set; }

    /// <summary>That itself; with a reference of the fetch's own until it has ended.</summary>
    public StoredObject StoredObject { get; private set; }

    /// <summary>
    /// Names of fields that its server gets because earlier responses varied by them, and otherwise wouldn't: its response is stored under a key with these, whatever
    /// it says. In lower case, with commas between them.
    /// </summary>
    public ReadOnlySpan<byte> Learned => _learned;

    /// <summary>When it was asked for, in Unix seconds.</summary>
    public long RequestedAt { get; private set; }

    /// <summary>The number of the last purge before that.</summary>
    public long Since { get; private set; }

    /// <summary>Now, in Unix seconds.</summary>
    public long Now => _worker.Clock.UnixSeconds;

    /// <summary>How far the purges of the tier were before that.</summary>
    public PurgeMark SinceInTier { get; private set; }

    /// <summary>Where objects are kept behind memory; null for nowhere, and where a reload has changed that since it was asked for: the mark is of no use there.</summary>
    public ICacheTier? Tier => _tier == _worker.CacheStore.Tier ? _tier : null;

    /// <summary>Where objects are kept in memory.</summary>
    public MemoryTier Memory => _worker.CacheStore.Memory;

    /// <summary>What is stored of the response, from <see cref="FetchPhase.Storing"/> on; with a reference of the fetch's own until it has ended and nobody reads.</summary>
    public FetchedObject? Object { get; private set; }

    /// <summary>How far it has come.</summary>
    public FetchPhase Phase => (FetchPhase)Volatile.Read(ref Unsafe.As<FetchPhase, int>(ref _phase));

    /// <summary>Rises with everything that happens; read before looking, so that nothing that happens meanwhile is slept through.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>Why it failed.</summary>
    public ProxyErrorCode Error { get; private set; }

    /// <summary>The status that a server answered with.</summary>
    public int Status { get; private set; }

    /// <summary>Its own request; only on its worker and until it has ended.</summary>
    public Exchange Exchange => _copy.Exchange;

    /// <summary>Begins; it has sent its request, or is about to, when this returns.</summary>
    /// <param name="original">The request that it is made from.</param>
    /// <param name="waits">Whether that waits for it: it is its leader, to whom a response goes that is not stored.</param>
    /// <returns>The leader's reader; null when nobody waits.</returns>
    public FetchReader? Begin(Exchange original, bool waits)
    {
        Exchange exchange = _copy.Begin(original, _client);
        exchange.Fetch = this;
        exchange.RequestCompleted = true;
        exchange.ContentExpected = true;
        exchange.Request.BecomeGet();
        RequestedAt = Now;
        Since = Memory.PurgeSequence;
        _tier = _worker.CacheStore.Tier;
        SinceInTier = _tier?.Mark ?? default;
        ReadStored();
        _learned = VariantList.Learn(this);
        Cache.RemoveUnkeyed(exchange.Request.Fields, _learned);
        FetchReader? reader = null;
        if (waits)
        {
            _leader = original;
            reader = new FetchReader(this, _worker, isLeader: true);
            lock (_lock)
            {
                // Others may have joined already.
                _readers.Add(reader);
            }
        }

        _worker.Fetches.Add(this);
        _ = RunAsync();
        return reader;
    }

    /// <summary>Has the server asked whether something stored is still good; before it begins.</summary>
    public void Validate(in StoredObject stored, in StoredMeta meta)
    {
        StoredObject = stored.AddReference();
        StoredMeta = meta;
    }

    /// <summary>Writes the conditions of the request (RFC 9111, section 4.3.1), and the range.</summary>
    public void AppendConditions(ref HeadWriter writer)
    {
        if (Stored is { } stored)
        {
            ConditionalFields.Append(ref writer, Validators.Of(stored.Fields));
        }

        if (Slice is { } slice)
        {
            writer.Append("Range: bytes="u8);
            writer.AppendNumber(slice.First);
            writer.Append("-"u8);
            writer.AppendNumber(slice.Last);
            writer.Append("\r\n"u8);
        }
    }

    /// <summary>The leader needs nothing more of the response than its head.</summary>
    public void EndPassing() => Advance(FetchPhase.Passed);

    /// <summary>What the leader is sent in place of a response that is not stored; null for the response.</summary>
    public ErrorPage? Page => _client.Page;

    /// <summary>What the leader is told before the response.</summary>
    public LeaderInterims Interims { get; } = new();

    /// <summary>A number for a list of fields that responses vary by, unlike all before.</summary>
    public ulong NextGeneration() => _worker.CacheStore.NextGeneration();

    /// <summary>Has a reader's request know where the response comes from: for the log, and for answers to errors. Only what is on the fetch's worker may ask.</summary>
    public void TellOrigin(FetchReader reader, Exchange exchange)
    {
        if (reader.IsLeader && !_isEnded)
        {
            FetchClientStream.TellOrigin(Exchange, exchange);
        }
    }

    /// <summary>Joins; null when it has ended, or came to nothing that others can use.</summary>
    public FetchReader? Join(Worker worker)
    {
        lock (_lock)
        {
            if (_phase is not (FetchPhase.Asking or FetchPhase.Storing))
            {
                return null;
            }

            var reader = new FetchReader(this, worker, isLeader: false);
            _readers.Add(reader);
            return reader;
        }
    }

    /// <summary>A reader wants nothing more of it; each says so once.</summary>
    public void Leave(FetchReader reader)
    {
        bool isUnread;
        lock (_lock)
        {
            _waiting.Remove(reader);
            reader.IsListed = false;
            _readers.Remove(reader);
            Settle(reader);
            isUnread = _readers.Count == 0 && !_isEnded;
        }

        if (reader.IsLeader)
        {
            _leader = null;
        }

        if (isUnread && BringsMore)
        {
            _worker.Loop.Post(CancelUnread, this);
        }

        ReleaseUnread();
    }

    /// <summary>Breaks it off, if it has not ended; on its worker.</summary>
    public void Cancel()
    {
        if (!_isEnded)
        {
            _copy.Exchange.Cancel(ProxyErrorCode.ClientGone);
        }
    }

    /// <summary>It won't begin after all: whoever has joined it looks again.</summary>
    public void GiveUp() => Advance(FetchPhase.Outdated);

    /// <summary>Lists a reader; false when there is something new since it looked.</summary>
    public bool TryWait(FetchReader reader, long version)
    {
        lock (_lock)
        {
            if (_version != version)
            {
                return false;
            }

            if (!reader.IsListed)
            {
                reader.IsListed = true;
                _waiting.Add(reader);
            }

            return true;
        }
    }

    /// <summary>
    /// The client of a reader has gone. Where the response goes to that client directly, the fetch is broken off instead, and its end ends the wait: until then it may
    /// still use the reader's exchange.
    /// </summary>
    public bool CancelFor(FetchReader reader)
    {
        if (!reader.IsLeader || _phase != FetchPhase.Passing || _isEnded)
        {
            return false;
        }

        Cancel();
        return true;
    }

    /// <summary>An interim response is there. Before a further slice it comes too late: the head of what it is a part of has been sent.</summary>
    public void OnInterim()
    {
        if (_leader is { } leader && Slice is null or { IsFirst: true })
        {
            Interims.Send(Exchange, leader);
        }
    }

    /// <summary>The final head is there: decides what becomes of the response.</summary>
    public void OnHead(long contentLength)
    {
        Status = Exchange.Response.Status;
        FetchPhase phase = ResponseStorer.Decide(this, contentLength, out FetchedObject? stored);
        Object = stored;
        if (phase == FetchPhase.Passing && _leader is null)
        {
            // Nobody is there to get it.
            phase = FetchPhase.Failed;
            Exchange.Fail(ProxyErrorCode.ClientGone);
        }
        else if (phase == FetchPhase.Failed)
        {
            Error = SliceResponse.SaysChanged(Status) ? ProxyErrorCode.SliceChanged : ProxyErrorCode.CacheReadFailed;
            Exchange.Fail(Error);
        }
        else if (phase == FetchPhase.Passing && Interims.IsSending)
        {
            // The server's connection is not held up by a client that doesn't read: that asks once more, when it does.
            phase = FetchPhase.Outdated;
        }

        if (phase is FetchPhase.Outdated or FetchPhase.Passing)
        {
            // Whoever looks again must not find this one, which brings nothing for them, and may take as long as its client likes.
            _worker.CacheStore.Fetches.Remove(this);
        }

        Advance(phase);
    }

    /// <summary>
    /// A part of the content is there. What becomes too large to be stored is handed to those who read along, part by part, each when all of them have taken
    /// the one before.
    /// </summary>
    public ValueTask<ProxyErrorCode> StoreAsync(BodySlice slice)
    {
        Debug.Assert(Object is not null, "The head came first.");
        if (slice.IsLast && Exchange.ResponseTrailers is { Count: > 0 } trailers)
        {
            Object.Trailers = trailers.Copy();
        }

        if (_phase == FetchPhase.Storing && Object.TryAppend(slice.Span))
        {
            if (slice.IsLast)
            {
                Object.Commit();
            }

            Advance(slice.IsLast ? FetchPhase.Stored : FetchPhase.Storing);
            return default;
        }

        return HandAsync(slice);
    }

    /// <summary>What is handed on and the reader has not taken yet; false when there is nothing now that it wants.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="offset">Where it is in the content: who wants a range lets go what lies before that.</param>
    /// <param name="max">How much it wants, at least 1.</param>
    /// <param name="slice">The part; to be given back with <see cref="OnTaken"/>.</param>
    public bool TryTake(FetchReader reader, long offset, int max, out BodySlice slice)
    {
        lock (_lock)
        {
            slice = default;
            if (!reader.IsOwed)
            {
                return false;
            }

            long skipped = offset - _handedAt;
            Debug.Assert(skipped >= 0, "A reader goes forward, and what it had not read before is stored.");
            if (skipped > _handed.Count || (skipped == _handed.Count && !_handed.IsLast))
            {
                Settle(reader);
                return false;
            }

            int left = _handed.Count - (int)skipped;
            int count = Math.Min(left, max);
            slice = _handed with { Offset = _handed.Offset + (int)skipped, Count = count, IsLast = _handed.IsLast && count == left };
            return true;
        }
    }

    /// <summary>The reader takes nothing of what is handed on from now on, so nobody waits for it; what is stored it can read.</summary>
    public void Skip(FetchReader reader)
    {
        lock (_lock)
        {
            reader.IsSkipping = true;
            Settle(reader);
        }
    }

    /// <summary>The reader has sent what it took.</summary>
    public void OnTaken(FetchReader reader)
    {
        lock (_lock)
        {
            Settle(reader);
        }
    }

    /// <summary>It has failed, before its response or within it.</summary>
    public void OnFailed()
    {
        Error = Exchange.Error;
        if (_phase == FetchPhase.Passing && Page is null && _leader is { } leader)
        {
            leader.Fail(Exchange.Error, Exchange.Violation);
        }
        else if (_phase is FetchPhase.Asking or FetchPhase.Storing or FetchPhase.Handing)
        {
            Object?.Abort();
            Advance(FetchPhase.Failed);
        }
    }

    /// <summary>To whom a response goes that is not stored; null when that has gone.</summary>
    public Exchange? Leader => _leader;

    // What comes in other phases is for the leader alone, who breaks it off, or for nobody, and is read to its end within the limits of that.
    private bool BringsMore => Phase is FetchPhase.Asking or FetchPhase.Storing or FetchPhase.Handing;

    [AsyncMethodBuilder(typeof(DetachedMethodBuilder))]
    private async ValueTask RunAsync()
    {
        Exchange exchange = _copy.Exchange;
        bool isSound = false;
        try
        {
            UpstreamState upstream = exchange.Route!.Split!.Choose(exchange);
            exchange.UpstreamState = upstream;
            await Forwarder.RunAsync(exchange, upstream);
            isSound = true;
        }
        catch (Exception exception)
        {
            // Nothing that a peer does throws: this is a bug, reported and survived.
            _worker.OnBug(exception);
            exchange.Fail(ProxyErrorCode.Internal);
            Forwarder.Abandon(exchange);
        }
        finally
        {
            End(isSound);
        }
    }

    // Bound to the pages that it is in, for as long as the reference is held.
    private void ReadStored()
    {
        if (!StoredObject.IsNone && StoredMeta.Times.HasValidator)
        {
            StoredObject.GetHead(out byte[] array, out int start, out int count);
            var head = new ResponseHead();
            var reader = new ResponseHeadReader(head);
            reader.Begin(start, _copy.Exchange.Snapshot.ResponseHeadLimits, RequestMethod.Get);
            Stored = reader.Read(array, start + count) == ReadStatus.Done ? head : null;
        }
    }

    private void ReleaseStored()
    {
        Stored = null;
        if (!StoredObject.IsNone)
        {
            StoredObject.Release();
            StoredObject = default;
        }
    }

    // Readers of other workers may still look at it when the fetch has ended; the last of them, or the fetch, lets it go.
    private void ReleaseUnread()
    {
        bool isUnread;
        lock (_lock)
        {
            isUnread = _isEnded && _readers.Count == 0 && !_isReleased;
            _isReleased |= isUnread;
        }

        if (isUnread && Object is { } stored)
        {
            stored.Release();
        }
    }

    private void End(bool isSound)
    {
        bool isWhole = _copy.Exchange is { ResponseCompleted: true, HasFailed: false };
        if (_phase is FetchPhase.Asking or FetchPhase.Storing || (_phase is FetchPhase.Handing or FetchPhase.Passing && !isWhole))
        {
            OnFailed();
        }

        _worker.CacheStore.Fetches.Remove(this);
        _worker.Fetches.Remove(this);
        _worker.Orphans.Forget(this);
        TellLeader();
        lock (_lock)
        {
            _isEnded = true;
        }

        Advance(_phase == FetchPhase.Passing ? FetchPhase.Passed : _phase);
        ReleaseStored();
        _copy.End(isSound);
        ReleaseUnread();
    }

    // What the log says of where the response comes from, and what answers to errors depend on.
    private void TellLeader()
    {
        if (_leader is { } leader)
        {
            FetchClientStream.TellOrigin(_copy.Exchange, leader);
        }
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<ProxyErrorCode> HandAsync(BodySlice slice)
    {
        ValueTask<bool> taken;
        lock (_lock)
        {
            _owedCount = _readers.Count(static reader => !reader.IsSkipping);
            if (_owedCount == 0)
            {
                Exchange.Fail(ProxyErrorCode.ClientGone);
                return ProxyErrorCode.ClientGone;
            }

            _handed = slice;
            _handedAt = _handedEnd == 0 ? Object!.Length : _handedEnd;
            _handedEnd = _handedAt + slice.Count;
            _readers.ForEach(static reader => reader.IsOwed = !reader.IsSkipping);
            taken = _handing.Begin();
        }

        Object!.Abort();
        _worker.CacheStore.Fetches.Remove(this);
        Advance(FetchPhase.Handing);
        await taken;
        return ProxyErrorCode.None;
    }

    // With the lock held. The last one has the fetch go on.
    private void Settle(FetchReader reader)
    {
        if (reader.IsOwed)
        {
            reader.IsOwed = false;
            if (--_owedCount == 0)
            {
                _worker.Loop.Post(GoOnHanding, this);
            }
        }
    }

    private void OnUnread()
    {
        bool isUnread;
        lock (_lock)
        {
            isUnread = _readers.Count == 0 && !_isEnded;
        }

        bool isFill = Cache.Plan.FinishesFills && _phase != FetchPhase.Handing;
        if (isUnread && BringsMore && !(isFill && _worker.Orphans.TryTake(this)))
        {
            Cancel();
        }
    }

    private void Advance(FetchPhase phase)
    {
        lock (_lock)
        {
            Debug.Assert(phase >= _phase, "Phases only rise.");
            _phase = phase;
            _version++;
            foreach (FetchReader reader in _waiting)
            {
                reader.IsListed = false;
                reader.Notify();
            }

            _waiting.Clear();
        }
    }
}
