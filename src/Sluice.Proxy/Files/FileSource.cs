using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Representations;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Files;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Files;

/// <summary>The content of a file that is sent. Belongs to an exchange; holds the file open, and a buffer, only meanwhile.</summary>
internal sealed class FileSource : RepresentationSource
{
    private readonly Exchange _exchange;
    private FileCache? _cache;
    private FileEntry? _entry;
    private byte[]? _content;
    private PooledBuffer? _buffer;

    public FileSource(Exchange exchange) => _exchange = exchange;

    /// <summary>Begins to send a file.</summary>
    public void Begin(FileCache cache, FileEntry entry)
    {
        Debug.Assert(_entry is null, "One at a time.");
        _cache = cache;
        _entry = entry;
        _content = entry.Content;
        entry.File.Retain();
    }

    /// <summary>Gives everything back.</summary>
    public void End()
    {
        _entry!.File.Release();
        _entry = null;
        _cache = null;
        _content = null;
        if (_buffer is not null)
        {
            _exchange.Worker.Loop.Buffers.Return(_buffer);
            _buffer = null;
        }
    }

    /// <inheritdoc/>
    public override ValueTask<BodySlice> ReadAsync(long offset, int max)
    {
        if (_content is not { } content)
        {
            return ReadFileAsync(offset, max);
        }

        int count = (int)Math.Min(max, content.Length - offset);
        return new ValueTask<BodySlice>(new BodySlice(content, (int)offset, count, IsLast: offset + count == content.Length));
    }

    /// <inheritdoc/>
    public override OpenedFile? FileAt(long offset, out long fileOffset)
    {
        fileOffset = offset;
        return _content is null ? _entry!.File : null;
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<BodySlice> ReadFileAsync(long offset, int max)
    {
        FileEntry entry = _entry!;
        PooledBuffer buffer = _buffer ??= _exchange.Worker.Loop.Buffers.Rent(SizeFor(max));
        int count = await _exchange.FileReader.ReadAsync(entry.File, buffer.Array, 0, Math.Min(max, buffer.Length), offset);
        if (count <= 0)
        {
            return BodySlice.Failed(ProxyErrorCode.FileReadFailed);
        }

        if (offset == 0 && count == entry.File.Length)
        {
            _cache!.Keep(entry, buffer.Array.AsSpan(0, count));
        }

        return new BodySlice(buffer.Array, 0, count, IsLast: offset + count == entry.File.Length);
    }

    // A part of several may be smaller than the next.
    private BufferSize SizeFor(int max) =>
        BufferPool.SizeFor((int)Math.Min(Math.Max(max, _entry!.File.Length), BufferPool.LengthOf(BufferSize.Medium)));
}
