using System.Diagnostics;
using System.Numerics;

namespace Sluice.Proxy.Caching.Memory;

/// <summary>
/// Writes one object, while others may read already what is there. Ends with <see cref="Commit"/> or <see cref="Abort"/>, exactly once; used by one thread
/// at a time. May begin again after that (<see cref="MemoryTier.TryBegin"/>).
/// </summary>
/// <remarks><code>
///   ended ──▶ writing ── TryAppend fails ──▶ full
///                │                            │
///                ├── Commit ──▶ ended ◀───────┤  (what is full is not stored)
///                └── Abort  ──▶ ended ◀───────┘
/// </code></remarks>
internal sealed class MemoryWriter
{
    // An object of unknown length grows by at least so much at a time.
    private const int FirstGrowthBytes = 1024;

    // Chains may become up to 64 times as long where there are only small blocks: rather than not to store, or to let others go for nothing.
    private const int OrderSlack = 6;

    private MemoryTier _tier = null!;
    private MemoryShard _shard = null!;
    private int _id;
    private int _frequency;
    private long _expected;
    private CacheBlock _beforeLast;
    private CacheBlock _last;
    private int _lastUsed;
    private long _length;
    private long _bytes;
    private bool _isFull;
    private bool _isEnded = true;

    /// <summary>The object, on loan until the end of this: whoever reads it takes a reference of its own.</summary>
    public MemoryObject Object => new(_shard.Entries, _id);

    /// <summary>How much content was appended.</summary>
    public long Length => _length;

    /// <summary>Appends content, and lets readers see it.</summary>
    /// <returns>
    /// False if the object becomes too large, or there is no memory for it: then none of these bytes are seen, and no others can be appended.
    /// Readers keep what was there before.
    /// </returns>
    public bool TryAppend(ReadOnlySpan<byte> content)
    {
        Debug.Assert(!_isEnded, "Nothing is appended behind the end.");
        if (_isFull || _length + content.Length > _tier.ObjectBytesMax)
        {
            _isFull = true;
            return false;
        }

        long length = _length + content.Length;
        while (content.Length > 0)
        {
            int room = Math.Min(_last.Bytes - _lastUsed, content.Length);
            if (room == 0)
            {
                if (!TryExtend(length - content.Length, content.Length))
                {
                    _isFull = true;
                    return false;
                }

                continue;
            }

            content[..room].CopyTo(_shard.Entries.Pages.Memory(_last).AsSpan(_last.Offset + _lastUsed));
            _lastUsed += room;
            content = content[room..];
        }

        _length = length;
        Volatile.Write(ref _shard.Entries[_id].Length, length);
        return true;
    }

    /// <summary>Ends the object: it is complete, and look-ups find it if it is stored. Its readers read on in either case.</summary>
    /// <exception cref="InvalidOperationException">It was ended before: a bug.</exception>
    /// <param name="since"><see cref="MemoryTier.PurgeSequence"/> when its fetch began, before the request was sent.</param>
    /// <param name="always">Whether it is stored even if what it displaces is asked for more often.</param>
    public CommitOutcome Commit(long since, bool always = false) => Commit(since, replaces: -1, always);

    /// <summary>Gives the object up. Its readers keep what is there, and see that nothing follows.</summary>
    /// <exception cref="InvalidOperationException">It was ended before: a bug.</exception>
    public void Abort()
    {
        ThrowIfEnded();
        Interlocked.Or(ref _shard.Entries[_id].Flags, (int)EntryFlags.Aborted);
        End();
    }

    /// <summary>Begins with an object that was just published, on which the writer's is the one reference.</summary>
    /// <exception cref="InvalidOperationException">It is writing another one: a bug.</exception>
    internal MemoryWriter Start(MemoryTier tier, MemoryShard shard, int id, int frequency, long expected)
    {
        if (!_isEnded)
        {
            throw new InvalidOperationException("A writer writes one object at a time.");
        }

        ref MemoryEntry entry = ref shard.Entries[id];
        _tier = tier;
        _shard = shard;
        _id = id;
        _frequency = frequency;
        _expected = expected;
        _beforeLast = default;
        _last = new CacheBlock(entry.FirstBlock);
        _lastUsed = CacheBlock.LinkBytes + entry.KeyLength + entry.HeadLength;
        _length = 0;
        _bytes = _last.Bytes;
        _isFull = false;
        _isEnded = false;
        return this;
    }

    /// <summary>The same, for an object that may only take the place of a certain one.</summary>
    internal CommitOutcome Commit(long since, int replaces, bool always = false)
    {
        ThrowIfEnded();
        if (_isFull)
        {
            Abort();
            _tier.CountRefused();
            return CommitOutcome.TooLarge;
        }

        ref MemoryEntry entry = ref _shard.Entries[_id];
        Trim(ref entry);
        entry.Units = (uint)(_bytes / CacheBlock.UnitBytes);
        Interlocked.Or(ref entry.Flags, (int)EntryFlags.Complete);
        CommitOutcome outcome = _tier.Commit(_shard, _id, _frequency, since, replaces, always);
        End();
        return outcome;
    }

    private bool TryExtend(long written, int pending)
    {
        int order = NextOrder(written, pending);
        CacheBlock block = _tier.Rent(order, Math.Max(0, order - OrderSlack), _frequency);
        if (block.IsNone)
        {
            return false;
        }

        _shard.Entries.Pages.SetNext(_last, block);
        _beforeLast = _last;
        _last = block;
        _lastUsed = CacheBlock.LinkBytes;
        _bytes += block.Bytes;
        return true;
    }

    private int NextOrder(long written, int pending)
    {
        long rest = _expected - written;
        if (rest >= pending)
        {
            return BlockFit.OrderFor(rest + CacheBlock.LinkBytes, _bytes + rest);
        }

        // Between a fourth and half of what there is; what is left of it at the end is at most a sixth of the whole.
        long growth = 1L << BitOperations.Log2((ulong)_bytes / 2);
        return BlockFit.OrderFor(Math.Max(growth, Math.Max(pending + CacheBlock.LinkBytes, FirstGrowthBytes)), long.MaxValue);
    }

    private void Trim(ref MemoryEntry entry)
    {
        CacheBlock trimmed = _shard.Entries.Pages.Trim(_last, _lastUsed);
        if (trimmed == _last)
        {
            return;
        }

        // Who read the block's handle before takes it for larger, but reads no further than the content goes.
        _bytes -= _last.Bytes - trimmed.Bytes;
        if (_beforeLast.IsNone)
        {
            Volatile.Write(ref entry.FirstBlock, trimmed.Handle);
        }
        else
        {
            _shard.Entries.Pages.SetNext(_beforeLast, trimmed);
        }

        _last = trimmed;
    }

    private void ThrowIfEnded()
    {
        if (_isEnded)
        {
            throw new InvalidOperationException("An object was ended twice.");
        }
    }

    private void End()
    {
        _isEnded = true;
        _shard.Entries.Release(_id);
        _shard.Drain();
    }
}
