using Sluice.Http.Caching;
using Sluice.Http.Headers;
using Sluice.Proxy.Caching.Memory;
using Sluice.Proxy.Caching.Tiers;

namespace Sluice.Proxy.Caching.Fetching;

/// <summary>What a fetch stores, or has freshened: written by the fetch's loop, read by any. In memory, in a tier, or both; what becomes too large for memory goes on in the tier.</summary>
internal sealed class FetchedObject
{
    private readonly long _since;
    private MemoryWriter? _memory;
    private ITierWriter? _tier;
    private volatile bool _isComplete;
    private long _length;

    /// <summary>Something that is being stored; where there is no writer, it is handed on only.</summary>
    /// <param name="key">What it is stored under.</param>
    /// <param name="memory">Writes it into memory; null where it is too large for that.</param>
    /// <param name="tier">Writes it into a tier; null where that isn't to be.</param>
    /// <param name="since">The number of the last purge of the memory before it was asked for.</param>
    /// <param name="times">Its times.</param>
    /// <param name="contentLength">The length of its content, or -1.</param>
    public FetchedObject(CacheKey key, MemoryWriter? memory, ITierWriter? tier, long since, in StoredTimes times, long contentLength)
    {
        Key = key;
        Times = times;
        ContentLength = contentLength;
        _memory = memory;
        _tier = tier;
        _since = since;
        tier?.Object.Retain();
        InMemory = memory is null ? default : memory.Object.AddReference();
        InTier = tier?.Object;
    }

    /// <summary>Something that was stored already.</summary>
    /// <param name="key">What it is stored under.</param>
    /// <param name="stored">A reference, which this takes over.</param>
    /// <param name="times">Its times.</param>
    public FetchedObject(CacheKey key, StoredObject stored, in StoredTimes times)
    {
        Key = key;
        Times = times;
        ContentLength = stored.Length;
        InMemory = stored.Memory;
        InTier = stored.Tier;
        NewHead = stored.NewHead;
        _length = stored.Length;
        _isComplete = true;
    }

    /// <summary>What it is stored under.</summary>
    public CacheKey Key { get; }

    /// <summary>When it is fresh.</summary>
    public StoredTimes Times { get; }

    /// <summary>The length of its content in bytes; -1 while nobody knows.</summary>
    public long ContentLength { get; }

    /// <summary>Its beginning in memory, or all of it; none where it is in a tier only.</summary>
    public MemoryObject InMemory { get; }

    /// <summary>All of it in a tier, as far as that keeps up; null where it is in memory only.</summary>
    public ITierObject? InTier { get; }

    /// <summary>A head in place of the stored one; null for that.</summary>
    public byte[]? NewHead { get; }

    /// <summary>Lines of the response that are for the request that it was fetched for alone; null for none.</summary>
    public byte[]? Withheld { get; init; }

    /// <summary>The length of all of the content, of which this is a slice, in bytes; 0 where it is all of it.</summary>
    public long Total { get; init; }

    /// <summary>The fields that it varies by, and their generation; empty for none.</summary>
    public ReadOnlyMemory<byte> VaryNames { get; init; }

    /// <summary>See <see cref="VaryNames"/>.</summary>
    public ulong Generation { get; init; }

    /// <summary>
    /// What came behind the content, for those who read along; null for nothing. It is not stored (RFC 9111, section 3, leaves that open; RFC 9110, section 6.5). Set before the content is
    /// complete.
    /// </summary>
    public FieldTable? Trailers { get; set; }

    /// <summary>Whether <see cref="Length"/>, read afterwards, is that of all of it.</summary>
    public bool IsComplete => _isComplete;

    /// <summary>How much of the content is stored so far, in bytes.</summary>
    public long Length => Volatile.Read(ref _length);

    /// <summary>Whether it is right for a request that waited: the same variant, and fresh.</summary>
    public bool Suits(CacheKey key, FieldTable request, long now)
    {
        bool isFresh = Times.IsFreshAt(now) && !Times.Has(StoredFlags.NoCache);
        if (!isFresh || VaryNames.IsEmpty)
        {
            return isFresh;
        }

        return key.TryVary(Generation, VaryNames.Span, request) && key.Span.SequenceEqual(Key.Span);
    }

    /// <summary>Appends content; false when it has become too large, and then what was appended before can still be read.</summary>
    public bool TryAppend(ReadOnlySpan<byte> content)
    {
        if (_memory is not null && !_memory.TryAppend(content))
        {
            _memory.Abort();
            _memory = null;
        }

        if (_tier is not null && !_tier.TryAppend(content))
        {
            _tier.Abort();
            _tier = null;
        }

        if (_memory is null && _tier is null)
        {
            return false;
        }

        Volatile.Write(ref _length, _length + content.Length);
        return true;
    }

    /// <summary>All of it is there.</summary>
    public void Commit()
    {
        _isComplete = true;
        _memory?.Commit(_since);
        _ = _tier?.CommitAsync();
        _memory = null;
        _tier = null;
    }

    /// <summary>It is not to be stored; nothing happens when it is already, or was given up before.</summary>
    public void Abort()
    {
        _memory?.Abort();
        _tier?.Abort();
        _memory = null;
        _tier = null;
    }

    /// <summary>Gives the references back, when nobody reads any more.</summary>
    public void Release()
    {
        if (!InMemory.IsNone)
        {
            InMemory.Release();
        }

        InTier?.Release();
    }
}
