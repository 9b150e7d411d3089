using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Representations;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Pipeline;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Files;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Representations;

/// <summary>Answers GET and HEAD with something that is held here: a file, or a stored response. Belongs to an exchange.</summary>
/// <remarks>
/// <list type="number">
/// <item>The head that is held is in <see cref="Exchange.Response"/>. Preconditions are evaluated for it (RFC 9110, section 13): 304, 412, or on.</item>
/// <item>Ranges are resolved (section 14): one part, several as multipart/byteranges, 416, or the whole.</item>
/// <item>The head is written the way heads of servers are, with what <see cref="RepresentationFields"/> has to add.</item>
/// <item>The content is sent part by part, or by the kernel from a file to a plain socket.</item>
/// </list>
/// </remarks>
internal sealed class RepresentationSender
{
    // The kernel's socket buffer takes about as much at once; between two the others have their turn.
    private const int SendFileBytes = 512 * 1024;

    // Below this a copy costs less than a second system call.
    private const int SendFileMin = 16 * 1024;

    // A type with parameters is a line; what is longer is not repeated before every part.
    private const int ContentTypeBytesMax = 512;

    private readonly Exchange _exchange;
    private readonly ByteRanges _ranges = new();
    private readonly MultipartRanges _multipart = new();
    private readonly RepresentationFields _fields;

    public RepresentationSender(Exchange exchange)
    {
        _exchange = exchange;
        _fields = new RepresentationFields(_ranges, _multipart);
    }

    /// <summary>Sends the response. How it ended is recorded in the exchange.</summary>
    /// <param name="source">The content.</param>
    /// <param name="length">Of the whole content in bytes; -1 while nobody knows, and then ranges are ignored and the source says where it ends.</param>
    /// <param name="scope">Whether this is the origin of it or a cache.</param>
    /// <param name="hasRanges">Whether the response offers ranges: those of content that was encoded here are of the content as it was before.</param>
    public ValueTask SendAsync(RepresentationSource source, long length, PreconditionScope scope, bool hasRanges = true)
    {
        RequestHead request = _exchange.Request;
        ResponseHead response = _exchange.Response;
        Debug.Assert(request.Method is RequestMethod.Get or RequestMethod.Head, "Nothing else is answered from what is held.");
        _fields.Begin(response, length, hasRanges);
        _exchange.HeldFields = _fields;

        // 1. Preconditions, which are about what a 200 would be.
        if (response.Status == 200 && Preconditions.AreIn(request.Fields))
        {
            Validators validators = ValidatorsOf(response, scope);
            switch (Preconditions.Evaluate(request.Fields, isRead: true, validators, scope))
            {
                case PreconditionOutcome.NotModified:
                    return SendNotModifiedAsync(hasTag: !validators.ETag.IsEmpty);
                case PreconditionOutcome.PreconditionFailed:
                    return FailAsync(ProxyErrorCode.PreconditionFailed);
            }
        }

        // 2. Ranges.
        RangeOutcome outcome = ReadRanges(length, scope);
        if (outcome == RangeOutcome.Unsatisfiable)
        {
            return FailAsync(ProxyErrorCode.RangeNotSatisfiable);
        }

        return outcome == RangeOutcome.Whole ? SendWholeAsync(source, length)
            : _ranges.Count == 1 ? SendPartAsync(source)
            : SendPartsAsync(source, length);
    }

    private static Validators ValidatorsOf(ResponseHead response, PreconditionScope scope)
    {
        Validators held = Validators.Of(response.Fields);
        if (held.Date != Validators.NoDate || scope == PreconditionScope.Cache)
        {
            return held;
        }

        // What the origin answers is generated now.
        return new Validators { ETag = held.ETag, LastModified = held.LastModified, Date = DateTimeOffset.UtcNow.ToUnixTimeSeconds() };
    }

    private RangeOutcome ReadRanges(long length, PreconditionScope scope)
    {
        FieldTable fields = _exchange.Request.Fields;
        ResponseHead response = _exchange.Response;
        bool isAsked = length >= 0 && response.Status == 200 && _exchange.Request.Method == RequestMethod.Get && fields.Contains(KnownField.Range);
        if (!isAsked || (fields.Contains(KnownField.IfRange) && !Preconditions.AllowsRange(fields, ValidatorsOf(response, scope))))
        {
            return RangeOutcome.Whole;
        }

        RangeOutcome outcome = _ranges.Read(fields, length);
        return outcome == RangeOutcome.Partial && _ranges.Count > 1 && ContentType.Length > ContentTypeBytesMax ? RangeOutcome.Whole : outcome;
    }

    private ReadOnlySpan<byte> ContentType => _exchange.Response.Fields.TryGet(KnownField.ContentType, out ReadOnlySpan<byte> type) ? type : default;

    private ValueTask FailAsync(ProxyErrorCode error)
    {
        _exchange.Fail(error);
        return ErrorResponse.SendAsync(_exchange);
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private async ValueTask SendNotModifiedAsync(bool hasTag)
    {
        _fields.BecomeNotModified(hasTag);
        _exchange.Response.ChangeStatus(304);
        if (TryWriteHead(BodyFraming.None, -1))
        {
            await _exchange.Client.SendContentAsync(_exchange, BodySlice.End);
        }

        await EndAsync();
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private async ValueTask SendWholeAsync(RepresentationSource source, long length)
    {
        ClientStream client = _exchange.Client;
        bool isHead = _exchange.Request.Method == RequestMethod.Head;
        BodyFraming framing = isHead ? BodyFraming.None
            : length >= 0 ? BodyFraming.ContentLength
            : client.SupportsChunked ? BodyFraming.Chunked : BodyFraming.UntilClose;
        if (TryWriteHead(framing, length))
        {
            await (isHead || length == 0 ? SendEndAsync() : length < 0 ? SendUntilEndAsync(source) : SendContentAsync(source, 0, length, isLast: true));
        }

        await EndAsync();
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private async ValueTask SendPartAsync(RepresentationSource source)
    {
        ByteRange range = _ranges[0];
        _fields.BecomePartial();
        _exchange.Response.ChangeStatus(206);
        if (TryWriteHead(BodyFraming.ContentLength, range.Length))
        {
            await SendContentAsync(source, range.Offset, range.Length, isLast: true);
        }

        await EndAsync();
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private async ValueTask SendPartsAsync(RepresentationSource source, long length)
    {
        _multipart.Begin();
        _fields.BecomePartial();
        _exchange.Response.ChangeStatus(206);
        if (TryWriteHead(BodyFraming.ContentLength, _multipart.LengthOf(_ranges, length, ContentType.Length)))
        {
            // Rented here, and returned here when the client has taken all of it.
            PooledBuffer buffer = _exchange.Worker.Loop.Buffers.Rent(BufferSize.Tiny);
            for (int i = 0; i < _ranges.Count && !_exchange.HasFailed; i++)
            {
                await _exchange.Client.SendContentAsync(_exchange, WritePartHead(buffer.Array, i, length));
                await SendContentAsync(source, _ranges[i].Offset, _ranges[i].Length, isLast: false);
            }

            if (!_exchange.HasFailed)
            {
                await _exchange.Client.SendContentAsync(_exchange, WriteEnd(buffer.Array));
            }

            _exchange.Worker.Loop.Buffers.Return(buffer);
        }

        await EndAsync();
    }

    private BodySlice WritePartHead(byte[] memory, int index, long length)
    {
        var writer = new HeadWriter(memory);
        _multipart.AppendPartHead(ref writer, index == 0, _ranges[index], length, ContentType);
        Debug.Assert(!writer.Overflowed, "A type of bounded length fits.");
        return new BodySlice(memory, 0, writer.Length, IsLast: false);
    }

    private BodySlice WriteEnd(byte[] memory)
    {
        var writer = new HeadWriter(memory);
        _multipart.AppendEnd(ref writer);
        return new BodySlice(memory, 0, writer.Length, IsLast: true);
    }

    private bool TryWriteHead(BodyFraming framing, long length)
    {
        _exchange.Client.WriteHead(_exchange, framing, length);
        return !_exchange.HasFailed;
    }

    // A head that became too large is answered with an error; a response that has begun is broken off.
    private ValueTask EndAsync() => _exchange.HasFailed ? ErrorResponse.SendAsync(_exchange) : default;

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private async ValueTask SendEndAsync() => await _exchange.Client.SendContentAsync(_exchange, BodySlice.End);

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private async ValueTask SendContentAsync(RepresentationSource source, long offset, long length, bool isLast)
    {
        long end = offset + length;
        if (length >= SendFileMin && _exchange.Client.AsSpliceEnd() is { } socket && source.FileAt(offset, out long fileOffset) is { } file)
        {
            offset += await SendFileAsync(socket, file, fileOffset, length);
            if (offset == end && isLast && !_exchange.HasFailed)
            {
                await SendEndAsync();
            }
        }

        while (offset < end && !_exchange.HasFailed)
        {
            BodySlice slice = await ReadAsync(source, offset, end - offset);
            if (slice.Error != ProxyErrorCode.None || slice.Count == 0)
            {
                _exchange.Fail(slice.Error != ProxyErrorCode.None ? slice.Error : ProxyErrorCode.FileReadFailed);
                return;
            }

            Debug.Assert(slice.Count <= end - offset, "No more comes than was asked for.");
            offset += slice.Count;
            await _exchange.Client.SendContentAsync(_exchange, slice with { IsLast = isLast && offset == end });
            if (offset < end)
            {
                await _exchange.ResponseShare.TakeAsync();
            }
        }
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private async ValueTask SendUntilEndAsync(RepresentationSource source)
    {
        BodySlice slice = default;
        for (long offset = 0; !slice.IsLast && !_exchange.HasFailed; offset += slice.Count)
        {
            slice = await ReadAsync(source, offset, int.MaxValue);
            if (slice.Error != ProxyErrorCode.None)
            {
                _exchange.Fail(slice.Error);
                return;
            }

            if (slice.IsLast)
            {
                _exchange.ResponseTrailers = source.Trailers;
            }

            await _exchange.Client.SendContentAsync(_exchange, slice);
            if (!slice.IsLast)
            {
                await _exchange.ResponseShare.TakeAsync();
            }
        }
    }

    // Content may be long in coming, so the head goes first; a client that doesn't take it wants no content either.
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<BodySlice> ReadAsync(RepresentationSource source, long offset, long max)
    {
        ValueTask<BodySlice> reading = source.ReadAsync(offset, (int)Math.Min(max, int.MaxValue));
        if (!reading.IsCompleted && !_exchange.ResponseStarted && await _exchange.Client.SendContentAsync(_exchange, default) != ProxyErrorCode.None)
        {
            source.Cancel();
        }

        return await reading;
    }

    // How much was sent: less than asked for when that failed, or when the kernel can't do it with this file.
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<long> SendFileAsync(ISpliceEnd socket, OpenedFile file, long offset, long length)
    {
        long sent = 0;
        long loaded = 0;
        while (sent < length && !_exchange.HasFailed)
        {
            if (loaded == sent)
            {
                // Nothing is sent that would have to be waited for: a disk is slow, and the loop serves others.
                int count = (int)Math.Min(length - sent, SendFileBytes);
                bool isLoaded = await _exchange.FileReader.LoadAsync(file, count, offset + sent) >= 0;
                loaded += count;
                FailIf(isLoaded ? await socket.SendWrittenAsync(_exchange) : ProxyErrorCode.FileReadFailed);
                continue;
            }

            IoResult result = file.SendTo(socket.Socket, offset + sent, (int)(loaded - sent));
            if (result.Code > 0)
            {
                socket.CountWritten(_exchange, result.Bytes);
                sent += result.Bytes;
                _ = sent < length && await _exchange.ResponseShare.TakeAsync();
            }
            else if (result.IsError && OpenedFile.IsOwnError(result))
            {
                // To be copied instead; what can't be read at all fails there.
                break;
            }
            else
            {
                // 0 bytes: it was longer when it was opened. The rest will never come, and the client has to see that.
                FailIf(result.WouldBlock ? await socket.WaitToWriteAsync(_exchange)
                    : result.IsError ? socket.WriteFailed(_exchange, result)
                    : ProxyErrorCode.FileReadFailed);
            }
        }

        return sent;
    }

    private void FailIf(ProxyErrorCode error)
    {
        if (error != ProxyErrorCode.None)
        {
            _exchange.Fail(error);
        }
    }
}
