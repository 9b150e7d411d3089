using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Representations;
using Sluice.Proxy.Caching.Fetching;
using Sluice.Proxy.Caching.Memory;
using Sluice.Proxy.Caching.Tiers;
using Sluice.Proxy.ErrorPages;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Representations;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Caching;

/// <summary>The content of something stored, or of something that is being fetched as it comes. Belongs to an exchange, and is reused.</summary>
internal sealed class StoredSource(Exchange exchange) : RepresentationSource
{
    // The size of the buffer for that.
    private const int GatheredBytesMax = 32 * 1024;

    private MemoryObject _memory;
    private ITierObject? _tier;
    private byte[]? _newHead;
    private ContentCursor _cursor;
    private FetchedObject? _fetched;
    private Fetch? _fetch;
    private FetchReader? _reader;
    private PooledBuffer? _buffer;
    private bool _hasTaken;

    /// <inheritdoc/>
    public override FieldTable? Trailers => _fetched?.Trailers;

    /// <summary>Begins with something that is complete.</summary>
    public void Begin(in StoredObject stored)
    {
        _memory = stored.Memory;
        _tier = stored.Tier;
        _newHead = stored.NewHead;
        _cursor = default;
        _fetched = null;
        _fetch = null;
        _reader = null;
    }

    /// <summary>Begins with something that is perhaps still on its way.</summary>
    public void Begin(FetchedObject fetched, Fetch fetch, FetchReader reader)
    {
        Begin(new StoredObject(fetched.InMemory, fetched.InTier) { NewHead = fetched.NewHead });
        _fetched = fetched;
        _fetch = fetch;
        _reader = reader;
        if (reader.IsLeader && fetched.Withheld is { } withheld)
        {
            _newHead = HeadWith(withheld);
        }
    }

    /// <summary>Forgets it.</summary>
    public void End()
    {
        Settle();
        if (_buffer is not null)
        {
            exchange.Worker.Loop.Buffers.Return(_buffer);
            _buffer = null;
        }

        _memory = default;
        _tier = null;
        _newHead = null;
        _fetched = null;
        _fetch = null;
        _reader = null;
    }

    /// <summary>Sends the response: the head as it is stored, and the content.</summary>
    /// <param name="length">Of the content in bytes; -1 while nobody knows.</param>
    /// <param name="hasRanges">Whether the response offers ranges.</param>
    public ValueTask SendAsync(long length, bool hasRanges = true) => TryBindHead() ? SendBoundAsync(length, this, hasRanges) : FailAsync();

    /// <summary>Answers with an error where the head can't be read: limits may have become narrower since, and files may come from elsewhere.</summary>
    public ValueTask FailAsync()
    {
        exchange.Fail(ProxyErrorCode.CacheReadFailed);
        return ErrorResponse.SendAsync(exchange);
    }

    /// <summary>Sends the response whose head was bound.</summary>
    /// <param name="length">Of the content in bytes; -1 while nobody knows.</param>
    /// <param name="content">Where the content is read from.</param>
    /// <param name="hasRanges">Whether the response offers ranges.</param>
    public ValueTask SendBoundAsync(long length, RepresentationSource content, bool hasRanges = true)
    {
        exchange.CacheVisit.Report.MarkReplaced(exchange.Response.Fields);
        if (ErrorPageSet.FindFor(exchange) is { } page)
        {
            exchange.Status = page.StatusFor(exchange.Response.Status);
            return page.Page.SendAsync(exchange);
        }

        return exchange.Representation.SendAsync(content, length, PreconditionScope.Cache, hasRanges);
    }

    /// <inheritdoc/>
    public override ValueTask<BodySlice> ReadAsync(long offset, int max)
    {
        Settle();
        return TrySlice(offset, max, out BodySlice slice) ? new ValueTask<BodySlice>(slice) : AwaitAsync(offset, max);
    }

    /// <inheritdoc/>
    public override void Cancel() => _reader?.CancelWait();

    /// <summary>Reads the head into <see cref="Exchange.Response"/>: from memory where it is there; what is being stored may be in a tier as well.</summary>
    public bool TryBindHead()
    {
        byte[] array;
        int start;
        int count;
        if (_newHead is null && !_memory.IsNone)
        {
            _memory.GetHead(out array, out start, out count);
        }
        else
        {
            array = _newHead ?? _tier!.Head;
            start = 0;
            count = array.Length;
        }

        exchange.ResponseReader.Begin(start, exchange.Snapshot.ResponseHeadLimits, RequestMethod.Get);
        return exchange.ResponseReader.Read(array, start + count) == ReadStatus.Done;
    }

    // What is in memory; true also at the end.
    private bool TrySlice(long offset, int max, out BodySlice slice)
    {
        // Asked before the length: what is complete grows no more.
        bool isComplete = _fetched?.IsComplete ?? true;
        long length = _fetched?.Length ?? (_tier is null || !_memory.IsNone ? _memory.Length : _tier.Length);
        if (!_memory.IsNone && _memory.TrySlice(offset, ref _cursor, out byte[] array, out int start, out int count))
        {
            count = Math.Min(count, max);

            // Where memory was given up, the tier goes on with what is counted here.
            int wanted = (int)Math.Min(max, Math.Min(length, _memory.Length) - offset);
            if (count < wanted && wanted <= GatheredBytesMax)
            {
                (array, start, count) = Gather(offset, wanted);
            }

            slice = new BodySlice(array, start, count, isComplete && offset + count == length);
            return true;
        }

        slice = BodySlice.End;
        return isComplete && offset >= length;
    }

    // Small content that lies in several pieces: to copy it costs less than to send it in several parts.
    private (byte[] Array, int Start, int Count) Gather(long offset, int count)
    {
        // Rented for as long as the response is sent; returned by End.
        _buffer ??= exchange.Worker.Loop.Buffers.Rent(BufferSize.Medium);
        int done = 0;
        while (done < count && _memory.TrySlice(offset + done, ref _cursor, out byte[] array, out int start, out int length))
        {
            length = Math.Min(length, count - done);
            array.AsSpan(start, length).CopyTo(_buffer.Array.AsSpan(done));
            done += length;
        }

        Debug.Assert(done == count, "What is counted is there.");
        return (_buffer.Array, 0, done);
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<BodySlice> AwaitAsync(long offset, int max)
    {
        while (true)
        {
            long version = _fetch?.Version ?? 0;
            if (TrySlice(offset, max, out BodySlice slice))
            {
                return slice;
            }

            if (_tier is not null && offset < _tier.Length)
            {
                return await ReadTierAsync(offset, max);
            }

            if (_fetch is not { } fetch)
            {
                return BodySlice.Failed(ProxyErrorCode.CacheReadFailed);
            }

            if (fetch.TryTake(_reader!, offset, max, out slice))
            {
                _hasTaken = true;
                return slice;
            }

            if (fetch.Phase == FetchPhase.Failed)
            {
                return BodySlice.Failed(fetch.Error);
            }

            if (!await _reader!.WaitAsync(version, 0))
            {
                return BodySlice.Failed(ProxyErrorCode.ClientGone);
            }
        }
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<BodySlice> ReadTierAsync(long offset, int max)
    {
        // Rented for as long as the response is sent; returned by End.
        _buffer ??= exchange.Worker.Loop.Buffers.Rent(BufferSize.Large);
        int wanted = Math.Min(max, _buffer.Length);
        int count = await _tier!.ReadAsync(offset, _buffer.Array, 0, wanted);
        bool isComplete = _fetched?.IsComplete ?? true;
        long length = _fetched?.Length ?? _tier.Length;
        return count > 0 ? new BodySlice(_buffer.Array, 0, count, isComplete && offset + count == length) : BodySlice.Failed(ProxyErrorCode.CacheReadFailed);
    }

    // For the request that it was fetched for, the head is that of its server.
    private byte[] HeadWith(byte[] withheld)
    {
        ReadOnlySpan<byte> head = _newHead is { } given ? given : !_memory.IsNone ? _memory.Head : _tier!.Head;
        int end = head.IndexOf("\r\n\r\n"u8) + 2;
        return [.. head[..end], .. withheld, .. head[end..]];
    }

    // What was handed on is sent once the next is asked for.
    private void Settle()
    {
        if (_hasTaken)
        {
            _hasTaken = false;
            _fetch!.OnTaken(_reader!);
        }
    }
}
