using System.Buffers.Binary;
using System.Diagnostics;
using System.Numerics;
using Microsoft.Win32.SafeHandles;
using Sluice.Proxy.Caching.Tiers;
using Sluice.Reactor.Files;

namespace Sluice.Proxy.Caching.Disk;

/// <summary>
/// An object that is being stored. One thread at a time appends, and ends it once: by <see cref="CommitAsync"/> or <see cref="Abort"/>. Nothing of this waits for the disk: what was accepted
/// is in memory until the tier's thread has written it; where too much is, or the disk fails, appending returns false, and storing has failed.
/// </summary>
/// <remarks>
/// The file is written under a name of its own and renamed when it is whole, so that nobody opens a part of it. It is not flushed (fsync(2)): what a crash of the system tears
/// is found by its checksums and is a miss, which costs one request to a server; waiting for the disk would cost each object some milliseconds.
/// </remarks>
internal sealed class DiskWriter : ITierWriter, IDiskJob
{
    // What is written in one turn, so that many objects get on together.
    private const int TurnBytes = 1024 * 1024;

    // What is kept until it is written is kept in blocks of these sizes: small ones for what begins small, so that many small objects take little.
    private const int FirstBlockBytes = 4 * 1024;
    private const int BlockBytes = 64 * 1024;

    // What an object takes that is being written, besides its key, head and content; about.
    private const int OverheadBytes = 1024;

    private readonly DiskState _state;
    private readonly Lock _lock = new();
    private readonly Queue<DiskBlock> _blocks = new();
    private readonly TaskCompletionSource<bool> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _key;
    private readonly ulong _number;
    private readonly long _contentLength;
    private readonly long _since;
    private DiskBlock? _last;
    private volatile SafeFileHandle? _file;
    private long _accepted;
    private long _written;
    private uint _crc;
    private bool _isWriting = true;
    private bool _isScheduled;
    private bool _isEnding;
    private bool _isAborted;
    private bool _isFinished;
    private bool _isUncounted;
    private bool _hasFailed;

    /// <summary>Begins an object.</summary>
    /// <param name="state">The tier's.</param>
    /// <param name="number">Of the file that it is written into.</param>
    /// <param name="content">Its key, metadata and head; copied.</param>
    /// <param name="contentLength">The length of its content, or -1.</param>
    /// <param name="since">The number of the last purge when it was asked for from its server.</param>
    public DiskWriter(DiskState state, ulong number, in DiskHeaderContent content, long contentLength, long since)
    {
        _state = state;
        _number = number;
        _key = content.Key.ToArray();
        _contentLength = contentLength;
        _since = since;
        Key = DiskKey.Of(_key);
        Meta = new byte[DiskHeader.MetaBytes];
        content.Meta.CopyTo(Meta);
        Head = content.Head.ToArray();
        UselessAfter = content.UselessAfter;
        Layout = new DiskLayout(DiskHeader.BytesFor(_key.Length, Head.Length), (uint)Random.Shared.NextInt64(1L << 32));
        Object = new DiskObject(state, this);
    }

    /// <summary>What an object takes of the backlog, from its beginning to its end, besides its content.</summary>
    public static int BacklogBytesFor(int keyLength, int headLength) => OverheadBytes + keyLength + headLength;

    /// <summary>What is stored so far, to be read by those who retain it; its writer's own reference ends with the writing.</summary>
    public DiskObject Object { get; }

    /// <inheritdoc/>
    ITierObject ITierWriter.Object => Object;

    /// <summary>How much content was accepted, in bytes.</summary>
    public long Length => Volatile.Read(ref _accepted);

    /// <summary>What it will be known by.</summary>
    internal DiskKey Key { get; }

    /// <summary>The metadata.</summary>
    internal byte[] Meta { get; }

    /// <summary>The head.</summary>
    internal byte[] Head { get; }

    /// <summary>When it is of no use any more.</summary>
    internal long UselessAfter { get; }

    /// <summary>Where its content is.</summary>
    internal DiskLayout Layout { get; }

    /// <summary>Its file, once something was written.</summary>
    internal SafeFileHandle? File => _file;

    /// <summary>How much content is in the file.</summary>
    internal long WrittenBytes => Volatile.Read(ref _written);

    /// <inheritdoc/>
    public bool TryAppend(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            int room = Math.Min(_last?.Room ?? 0, bytes.Length);
            int blockBytes = room == bytes.Length ? 0 : BlockBytesFor(bytes.Length - room);
            if (!TryTake(bytes.Length, blockBytes))
            {
                return false;
            }

            if (room > 0)
            {
                _last!.Add(bytes[..room]);
            }

            if (blockBytes > 0)
            {
                _last = DiskBlock.Rent(_accepted + room, blockBytes);
                _last.Add(bytes[room..]);
                _blocks.Enqueue(_last);
            }

            Volatile.Write(ref _accepted, _accepted + bytes.Length);
            Schedule();
            return true;
        }
    }

    /// <summary>Appends bytes that stay where they are, and as they are, until they are written.</summary>
    /// <param name="array">Where they are.</param>
    /// <param name="offset">Where in that.</param>
    /// <param name="count">How many.</param>
    /// <param name="done">Called, on a thread of the tier or the caller's, when they aren't needed any more; not when this returns false.</param>
    /// <param name="state">With this.</param>
    public bool TryAppend(byte[] array, int offset, int count, Action<object?> done, object? state)
    {
        lock (_lock)
        {
            if (!TryTake(count, count))
            {
                return false;
            }

            _last = new DiskBlock(_accepted, array, offset, done, state) { Count = count };
            _blocks.Enqueue(_last);
            Volatile.Write(ref _accepted, _accepted + count);
            Schedule();
            return true;
        }
    }

    /// <inheritdoc/>
    public Task<bool> CommitAsync()
    {
        End(isAborted: false);
        return _completion.Task;
    }

    /// <inheritdoc/>
    public void Abort() => End(isAborted: true);

    /// <summary>Copies what is accepted and not yet written; false when what is asked for is in the file.</summary>
    internal bool TryCopyPending(long offset, Span<byte> destination, out int copied)
    {
        copied = 0;
        lock (_lock)
        {
            if (offset < _written)
            {
                return false;
            }

            foreach (DiskBlock block in _blocks)
            {
                long position = offset + copied;
                if (position >= block.Start && position < block.Start + block.Count)
                {
                    ReadOnlySpan<byte> bytes = block.From((int)(position - block.Start));
                    bytes = bytes[..Math.Min(bytes.Length, destination.Length - copied)];
                    bytes.CopyTo(destination[copied..]);
                    copied += bytes.Length;
                }
            }

            return true;
        }
    }

    /// <summary>Nobody reads it any more, and nothing more is written.</summary>
    internal void Close()
    {
        _file?.Dispose();
        while (true)
        {
            DiskBlock? block;
            lock (_lock)
            {
                _last = null;
                if (!_blocks.TryDequeue(out block))
                {
                    return;
                }
            }

            Return(block);
        }
    }

    /// <inheritdoc/>
    void IDiskJob.Run(byte[] scratch)
    {
        int budget = TurnBytes;
        while (TryNext(out DiskBlock? block, out int count))
        {
            if (block is null)
            {
                Finish();
                return;
            }

            if (budget <= 0)
            {
                _state.Writers.Add(this);
                return;
            }

            budget -= count;
            FileError error = Write(block, count, out bool hasRoom);
            if (error.HasFailed || !hasRoom)
            {
                OnFailed(error);
            }
            else
            {
                OnWritten(block, count);
            }
        }
    }

    /// <inheritdoc/>
    void IDiskJob.Fail()
    {
        lock (_lock)
        {
            _hasFailed = true;
            _isScheduled = false;
            if (!_isEnding)
            {
                // Its owner will end it.
                return;
            }
        }

        // On any thread, and perhaps after the folder was closed: what is there of a file is removed at the next start.
        Conclude(isStored: false);
    }

    private void End(bool isAborted)
    {
        lock (_lock)
        {
            Debug.Assert(!_isEnding, "It is ended once.");
            _isEnding = true;
            _isAborted = isAborted;
            Schedule();
        }
    }

    // With the lock held.
    private bool TryTake(int count, int heldBytes)
    {
        Debug.Assert(!_isEnding, "Nothing comes after the end.");
        long limit = _contentLength >= 0 ? _contentLength : _state.Plan.ObjectBytesMax;
        if (_hasFailed || _accepted + count > limit || !_state.TryTakeBacklog(heldBytes))
        {
            _hasFailed = true;
            return false;
        }

        return true;
    }

    // As much as is still to come, if that is known and small.
    private int BlockBytesFor(int count)
    {
        long wanted = _contentLength >= 0 ? Math.Min(BlockBytes, _contentLength - _accepted) : _accepted == 0 ? FirstBlockBytes : BlockBytes;
        return (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(Math.Max(count, wanted), FirstBlockBytes));
    }

    // With the lock held.
    private void Schedule()
    {
        if (!_isScheduled)
        {
            _isScheduled = true;
            _state.Writers.Add(this);
        }
    }

    // False: there is nothing to do now. No block: it is at its end.
    private bool TryNext(out DiskBlock? block, out int count)
    {
        lock (_lock)
        {
            // After a failure to take more, what was taken is still written: somebody may be reading it. After one to write, nothing is.
            bool isWanted = _isWriting && (!_isAborted || Object.IsShared);
            block = isWanted && _blocks.TryPeek(out DiskBlock? first) ? first : null;
            count = block is null ? 0 : block.Count - block.Written;
            if (block is null && !_isEnding)
            {
                _isScheduled = false;
                return false;
            }

            return true;
        }
    }

    private void OnFailed(FileError error)
    {
        if (error.HasFailed)
        {
            _state.Storing.OnFailed(error);
            _state.Counters.Count(DiskEvent.Failed);
        }

        lock (_lock)
        {
            _hasFailed = true;
            _isWriting = false;
        }
    }

    private void OnWritten(DiskBlock block, int count)
    {
        bool isDone;
        lock (_lock)
        {
            block.Written += count;
            Volatile.Write(ref _written, _written + count);
            isDone = block.Written == block.Count;
            if (isDone)
            {
                _blocks.Dequeue();
                if (_last == block)
                {
                    _last = null;
                }
            }
        }

        if (isDone)
        {
            Return(block);
        }
    }

    private void Return(DiskBlock block)
    {
        _state.GiveBackBacklog(block.HeldBytes);
        block.Return();
    }

    private FileError Write(DiskBlock block, int count, out bool hasRoom)
    {
        FileError error = FileError.None;
        hasRoom = !_state.IsShortOfSpace && _state.TryMakeRoom(count);
        if (!hasRoom || !TryCreate(out error))
        {
            return error;
        }

        _state.CountUnfinished(count);
        long offset = block.Start + block.Written;
        ReadOnlySpan<byte> bytes = block.From(block.Written)[..count];
        while (!bytes.IsEmpty)
        {
            int inChunk = (int)(offset % DiskLayout.ChunkBytes);
            if (inChunk == 0)
            {
                _crc = Layout.SeedOf(offset);
            }

            ReadOnlySpan<byte> part = bytes[..Math.Min(bytes.Length, DiskLayout.ChunkBytes - inChunk)];
            error = FileContent.Write(_file!, part, Layout.PositionOf(offset));
            _crc = Crc32C.Append(_crc, part);
            offset += part.Length;
            if (!error.HasFailed && offset % DiskLayout.ChunkBytes == 0)
            {
                error = WriteCrc(Layout.PositionOf(offset) - DiskLayout.CrcBytes);
            }

            if (error.HasFailed)
            {
                _state.CountUnfinished(-count);
                return error;
            }

            bytes = bytes[part.Length..];
        }

        return FileError.None;
    }

    private bool TryCreate(out FileError error)
    {
        error = FileError.None;
        _file ??= _state.Folder.CreateTemp(_number, out error);
        return _file is not null;
    }

    private FileError WriteCrc(long position)
    {
        Span<byte> crc = stackalloc byte[DiskLayout.CrcBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(crc, _crc);
        return FileContent.Write(_file!, crc, position);
    }

    private void Finish()
    {
        bool isWhole = !_hasFailed && !_isAborted && _written == _accepted && (_contentLength < 0 || _written == _contentLength);
        bool isStored = isWhole && TryPublish();
        if (!isStored && _file is not null)
        {
            _state.Folder.RemoveTemp(_number);
        }

        Conclude(isStored);
    }

    private void Conclude(bool isStored)
    {
        if (_isFinished)
        {
            return;
        }

        _isFinished = true;
        Uncount();
        _state.GiveBackBacklog(BacklogBytesFor(_key.Length, Head.Length));
        _state.Counters.Count(isStored ? DiskEvent.Stored : DiskEvent.Refused);
        if (isStored)
        {
            // Headers and the ends of blocks come on top of what was made room for.
            _state.TryMakeRoom(0);
        }

        _completion.TrySetResult(isStored);
        Object.Release();
    }

    private void Uncount()
    {
        if (!_isUncounted)
        {
            _isUncounted = true;
            _state.CountUnfinished(-_written);
        }
    }

    private bool TryPublish()
    {
        if (!TryCreate(out FileError error))
        {
            OnFailed(error);
            return false;
        }

        if (_written % DiskLayout.ChunkBytes != 0)
        {
            error = WriteCrc(Layout.PositionOf(_written));
        }

        var content = new DiskHeaderContent(_key, Meta, Head, UselessAfter);
        if (!error.HasFailed)
        {
            var header = new byte[Layout.HeaderBytes];
            DiskHeader.Write(header, in content, Layout.Salt, _written, _state.NowSeconds);
            error = FileContent.Write(_file!, header, 0);
        }

        if (error.HasFailed)
        {
            OnFailed(error);
            return false;
        }

        // From here on the index counts it: where it were counted twice for a moment, the keeper, which looks for what is too much, would remove another object.
        Uncount();
        DiskEntry entry = DiskEntry.Of(Key, Layout.FileBytes(_written), UselessAfter, _state.NowSeconds, Layout.Salt, _since, _state.IsAuxiliary(in content));
        error = _state.Files.Publish(_number, in entry, in content, out DiskVerdict verdict);
        if (error is { HasFailed: true, IsMissing: false, IsOtherKind: false })
        {
            OnFailed(error);
        }
        else if (!error.HasFailed)
        {
            _state.Storing.OnWritten();
        }

        return !error.HasFailed && verdict != DiskVerdict.Refuse;
    }
}
