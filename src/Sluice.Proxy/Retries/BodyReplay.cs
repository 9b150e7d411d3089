using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Reactor;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Retries;

/// <summary>The content of a request as it was sent so far: in memory first, then on the disk, up to a bound. Belongs to an exchange, and is reused.</summary>
/// <remarks>
/// <code>
///         begin               content              rewind                  all of it read
///  Free ────────▶ Recording ─────────▶ Recording ─────────▶ Replaying ────────────────────▶ Recording
///                     │ too much, or the disk fails
///                     ▼
///                   Lost
/// </code>
/// Owns the buffers it holds, and the one that a part was read into from the disk. More than fits, and all is given back at once: half of it is of no use.
/// </remarks>
internal sealed class BodyReplay(EventLoop loop)
{
    private readonly List<PooledBuffer> _buffers = [];
    private ReplayPlan _plan = ReplayPlan.None;
    private ReplayFile? _file;
    private PooledBuffer? _read;
    private int _memoryBytes;
    private int _lastLength;
    private long _fileBytes;
    private int _nextBuffer;
    private long _nextFileByte;

    /// <summary>Whether all content that was sent is here.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Whether there is content to be sent again, before the client is asked for more.</summary>
    public bool HasMore => _nextBuffer < _buffers.Count || _nextFileByte < _fileBytes;

    /// <summary>Begins to record.</summary>
    public void Begin(ReplayPlan plan)
    {
        Debug.Assert(_buffers.Count == 0 && _file is null, "What was kept before was released.");
        _plan = plan;
        IsWhole = true;
    }

    /// <summary>Keeps a part of the content, which has to stay until this is done.</summary>
    public ValueTask AddAsync(BodySlice slice)
    {
        if (!IsWhole || slice.Count == 0)
        {
            return default;
        }

        bool fitsMemory = _fileBytes == 0 && slice.Count <= _plan.MemoryBytesMax - _memoryBytes;
        if (fitsMemory)
        {
            AddToMemory(slice.Span);
            _nextBuffer = _buffers.Count;
            return default;
        }

        if (slice.Count > _plan.DiskBytesMax - _fileBytes)
        {
            Release();
            return default;
        }

        return AddToFileAsync(slice);
    }

    /// <summary>Begins to send again from the first byte.</summary>
    public void Rewind()
    {
        _nextBuffer = 0;
        _nextFileByte = 0;
    }

    /// <summary>The next part of what was kept, valid until the next is read; it is never called the last. What the disk doesn't give back fails the request.</summary>
    public ValueTask<BodySlice> ReadAsync()
    {
        Debug.Assert(HasMore, "There is something to be read.");
        if (_nextBuffer == _buffers.Count)
        {
            return ReadFileAsync();
        }

        PooledBuffer buffer = _buffers[_nextBuffer++];
        int length = _nextBuffer == _buffers.Count ? _lastLength : buffer.Length;
        return new ValueTask<BodySlice>(new BodySlice(buffer.Array, 0, length, IsLast: false));
    }

    /// <summary>Gives everything back. Nothing is being read or written.</summary>
    public void Release()
    {
        IsWhole = false;
        foreach (PooledBuffer buffer in _buffers)
        {
            loop.Buffers.Return(buffer);
        }

        _buffers.Clear();
        if (_read is not null)
        {
            loop.Buffers.Return(_read);
            _read = null;
        }

        _file?.Close();
        _file = null;
        _memoryBytes = 0;
        _lastLength = 0;
        _fileBytes = 0;
        Rewind();
    }

    private void AddToMemory(ReadOnlySpan<byte> bytes)
    {
        _memoryBytes += bytes.Length;
        while (!bytes.IsEmpty)
        {
            if (_buffers.Count == 0 || _lastLength == _buffers[^1].Length)
            {
                bool isSmall = _buffers.Count == 0 && bytes.Length <= BufferPool.LengthOf(BufferSize.Small);
                _buffers.Add(loop.Buffers.Rent(isSmall ? BufferSize.Small : BufferSize.Medium));
                _lastLength = 0;
            }

            int count = Math.Min(bytes.Length, _buffers[^1].Length - _lastLength);
            bytes[..count].CopyTo(_buffers[^1].Array.AsSpan(_lastLength));
            _lastLength += count;
            bytes = bytes[count..];
        }
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private async ValueTask AddToFileAsync(BodySlice slice)
    {
        _file ??= new ReplayFile(loop, _plan.Folder);
        int written = await _file.WriteAsync(slice.Array!, slice.Offset, slice.Count, _fileBytes);
        if (written < 0)
        {
            Release();
            return;
        }

        _fileBytes += written;
        _nextFileByte = _fileBytes;
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<BodySlice> ReadFileAsync()
    {
        _read ??= loop.Buffers.Rent(BufferSize.Medium);
        int wanted = (int)Math.Min(_read.Length, _fileBytes - _nextFileByte);
        int read = await _file!.ReadAsync(_read.Array, wanted, _nextFileByte);
        if (read <= 0)
        {
            return BodySlice.Failed(ProxyErrorCode.ReplayFailed);
        }

        _nextFileByte += read;
        return new BodySlice(_read.Array, 0, read, IsLast: false);
    }
}
