using System.Buffers.Binary;
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Sluice.Proxy.Caching.Tiers;
using Sluice.Reactor.Files;

namespace Sluice.Proxy.Caching.Disk;

/// <summary>An object on disk that somebody reads: one that was found, or one that is being written. Any thread; what is read is verified.</summary>
/// <remarks>
/// Whoever holds a reference may read, several at once. An object that is removed or replaced meanwhile stays readable. What was accepted of one that is being written
/// can be read at once: what the disk has not taken yet comes from memory.
/// </remarks>
internal sealed class DiskObject : ITierObject, IDiskJob
{
    private readonly DiskState _state;
    private readonly DiskWriter? _writer;
    private readonly DiskKey _key;
    private readonly DiskLayout _layout;
    private readonly SafeFileHandle? _file;
    private readonly long _length;
    private readonly byte[] _meta;
    private int _references = 1;

    /// <summary>An object that was found.</summary>
    /// <param name="state">The tier's.</param>
    /// <param name="key">What it is known by.</param>
    /// <param name="file">Its file, from now on the object's to close.</param>
    /// <param name="header">What it begins with.</param>
    /// <param name="isMarked">Whether a purge has marked it.</param>
    public DiskObject(DiskState state, in DiskKey key, SafeFileHandle file, in DiskHeader header, bool isMarked)
    {
        _state = state;
        _key = key;
        _file = file;
        _layout = header.Layout;
        _length = header.ContentLength;
        _meta = header.Meta.ToArray();
        Head = header.Head.ToArray();
        UselessAfter = header.UselessAfter;
        IsMarked = isMarked;
    }

    /// <summary>An object that is being written.</summary>
    public DiskObject(DiskState state, DiskWriter writer)
    {
        _state = state;
        _writer = writer;
        _key = writer.Key;
        _layout = writer.Layout;
        _meta = writer.Meta;
        Head = writer.Head;
        UselessAfter = writer.UselessAfter;
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Meta => _meta;

    /// <inheritdoc/>
    public byte[] Head { get; }

    /// <inheritdoc/>
    public long UselessAfter { get; }

    /// <inheritdoc/>
    public bool IsMarked { get; }

    /// <inheritdoc/>
    public long Length => _writer?.Length ?? _length;

    /// <summary>Whether somebody besides its writer has a reference.</summary>
    internal bool IsShared => Volatile.Read(ref _references) > 1;

    /// <inheritdoc/>
    public void Retain()
    {
        int references = Interlocked.Increment(ref _references);
        Debug.Assert(references > 1, "Who retains it has a reference.");
    }

    /// <summary>Gives a reference back. The file is closed on another thread.</summary>
    public void Release()
    {
        int references = Interlocked.Decrement(ref _references);
        Debug.Assert(references >= 0, "What was retained once is released once.");
        if (references == 0)
        {
            _state.Readers.Add(this);
        }
    }

    /// <summary>Reads content, from anywhere. Best in whole chunks of <see cref="DiskLayout.ChunkBytes"/>: of a part of one, all is read to verify it.</summary>
    /// <param name="offset">Where, in bytes.</param>
    /// <param name="array">Stays untouched until it is done, and so does the reference.</param>
    /// <param name="arrayOffset">Where in it.</param>
    /// <param name="count">At most so many bytes, at least 1.</param>
    /// <returns>
    /// Bytes; 0 when there is no more, or not yet; -1 when the file is damaged or can't be read: what was promised can't be kept, and the object is gone.
    /// </returns>
    public ValueTask<int> ReadAsync(long offset, byte[] array, int arrayOffset, int count)
    {
        Debug.Assert(offset >= 0 && count > 0 && arrayOffset + count <= array.Length, "There is room to read into.");
        Debug.Assert(Volatile.Read(ref _references) > 0, "The reader has a reference.");
        if (offset >= Length)
        {
            return new ValueTask<int>(0);
        }

        if (_writer is { } writer && writer.TryCopyPending(offset, array.AsSpan(arrayOffset, count), out int copied))
        {
            return new ValueTask<int>(copied);
        }

        Retain();
        var read = new DiskRead(this, offset, new ArraySegment<byte>(array, arrayOffset, count));
        _state.Readers.Add(read);
        return new ValueTask<int>(read.Task);
    }

    /// <summary>Reads what is in the file. Blocks; on a thread of the tier.</summary>
    internal int Read(long offset, Span<byte> destination, byte[] scratch)
    {
        SafeFileHandle file = _file ?? _writer!.File!;
        long end = _writer?.WrittenBytes ?? _length;
        int done = 0;
        while (done < destination.Length && offset + done < end)
        {
            int read = ReadChunk(file, offset + done, end, destination[done..], scratch);
            if (read < 0)
            {
                Discard(file);
                return done > 0 ? done : -1;
            }

            done += read;
        }

        return done;
    }

    /// <inheritdoc/>
    void IDiskJob.Run(byte[] scratch) => Close();

    /// <inheritdoc/>
    void IDiskJob.Fail() => Close();

    private void Close()
    {
        _file?.Dispose();
        _writer?.Close();
    }

    private int ReadChunk(SafeFileHandle file, long offset, long end, Span<byte> destination, byte[] scratch)
    {
        int skipped = (int)(offset % DiskLayout.ChunkBytes);
        long start = offset - skipped;
        int length = (int)Math.Min(DiskLayout.ChunkBytes, end - start);
        if (_writer is not null && length < DiskLayout.ChunkBytes)
        {
            // Being written: its checksum isn't there yet.
            int wanted = Math.Min(length - skipped, destination.Length);
            return FileContent.Read(file, destination[..wanted], _layout.PositionOf(offset)) == wanted ? wanted : -1;
        }

        bool isDirect = skipped == 0 && destination.Length >= length;
        Span<byte> chunk = isDirect ? destination[..length] : scratch.AsSpan(0, length);
        Span<byte> crc = stackalloc byte[DiskLayout.CrcBytes];
        if (!FileContent.ReadBoth(file, chunk, crc, _layout.PositionOf(start))
            || BinaryPrimitives.ReadUInt32LittleEndian(crc) != Crc32C.Append(_layout.SeedOf(start), chunk))
        {
            return -1;
        }

        if (isDirect)
        {
            return length;
        }

        int count = Math.Min(length - skipped, destination.Length);
        chunk.Slice(skipped, count).CopyTo(destination);
        return count;
    }

    // Whatever the disk says is wrong: what can't be read is of no use.
    private void Discard(SafeFileHandle file)
    {
        if (FileStatus.Read(file) is { } status)
        {
            _state.Files.Discard(in _key, status);
        }
    }
}
