using System.Diagnostics;
using Sluice.Http.Http1;
using Sluice.Http.Http2.Hpack;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Http2;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Transforms;
using Sluice.Reactor.Buffers;

namespace Sluice.Proxy.Clients;

/// <summary>The heads of a response as text, until they are sent: as they are to an HTTP/1 client, or line by line to one of HTTP/2. Owns a buffer only meanwhile.</summary>
/// <param name="pool">Where the buffer is from.</param>
/// <param name="exchange">Whose heads they are.</param>
/// <param name="isForHttp2">Whether what is too large to be one field block with its frames is too large.</param>
internal sealed class ResponseHeadText(BufferPool pool, Exchange exchange, bool isForHttp2)
{
    private static readonly PreparedResponse HeadTooLarge = PreparedResponse.ForStatus(ProxyErrors.Get(ProxyErrorCode.ResponseHeadTooLarge).Status);
    private static readonly PreparedResponse RequestTooLarge = PreparedResponse.ForStatus(ProxyErrors.Get(ProxyErrorCode.RequestHeadTooLarge).Status);

    private PooledBuffer? _buffer;

    /// <summary>Bytes that are written.</summary>
    public int Length { get; private set; }

    /// <summary>Where they are; null while there are none.</summary>
    public byte[]? Array => _buffer?.Array;

    /// <summary>What is written.</summary>
    public ReadOnlySpan<byte> Written => _buffer is null ? default : _buffer.Array.AsSpan(0, Length);

    /// <summary>An upper bound of what the lines take as a field block, in bytes.</summary>
    public int EncodedBytesMax => HpackEncoder.EncodedBytesMax(Length, Written.Count((byte)'\n'));

    /// <summary>Forgets what is written and keeps the buffer.</summary>
    public void Clear() => Length = 0;

    /// <summary>Gives the buffer back.</summary>
    public void Release()
    {
        Length = 0;
        if (_buffer is not null)
        {
            pool.Return(_buffer);
            _buffer = null;
        }
    }

    /// <summary>The space behind what is written, in a buffer of at least this size. A larger one takes over what was written before.</summary>
    public Span<byte> Reserve(BufferSize size)
    {
        if (_buffer is null || _buffer.Size < size)
        {
            PooledBuffer larger = pool.Rent(size);
            if (_buffer is not null)
            {
                _buffer.Array.AsSpan(0, Length).CopyTo(larger.Array);
                pool.Return(_buffer);
            }

            _buffer = larger;
        }

        return _buffer.Array.AsSpan(Length);
    }

    /// <summary>Counts what was written into the space.</summary>
    public void Advance(int count) => Length += count;

    /// <summary>Writes the head of the server's response. False when the route's changes made it too large, which fails the exchange.</summary>
    public bool TryWriteHead(BodyFraming framing, long contentLength, bool close)
    {
        for (BufferSize size = BufferSize.Small; size <= BufferSize.Large; size++)
        {
            var writer = new HeadWriter(Reserve(size));
            ResponseHeadWriter.Write(ref writer, exchange, framing, contentLength, close);
            if (Take(writer, size))
            {
                return true;
            }
        }

        exchange.Fail(TooLarge());
        return false;
    }

    /// <summary>Writes the interim response that the server sent. False when the route's changes made it too large.</summary>
    public bool TryWriteInterim()
    {
        for (BufferSize size = BufferSize.Small; size <= BufferSize.Large; size++)
        {
            var writer = new HeadWriter(Reserve(size));
            ResponseHeadWriter.WriteInterim(ref writer, exchange);
            if (Take(writer, size))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Writes the head of a switch of protocols. False when the route's changes made it too large, which fails the exchange.</summary>
    public bool TryWriteUpgrade()
    {
        for (BufferSize size = BufferSize.Small; size <= BufferSize.Large; size++)
        {
            var writer = new HeadWriter(Reserve(size));
            ResponseHeadWriter.WriteUpgrade(ref writer, exchange);
            if (Take(writer, size))
            {
                return true;
            }
        }

        exchange.Fail(TooLarge());
        return false;
    }

    /// <summary>Writes the answer to an extended CONNECT. False when the route's changes made it too large, which fails the exchange.</summary>
    public bool TryWriteConnected()
    {
        for (BufferSize size = BufferSize.Small; size <= BufferSize.Large; size++)
        {
            var writer = new HeadWriter(Reserve(size));
            ResponseHeadWriter.WriteConnected(ref writer, exchange);
            if (Take(writer, size))
            {
                return true;
            }
        }

        exchange.Fail(TooLarge());
        return false;
    }

    /// <summary>
    /// Writes a prepared response in place of whatever was written: the head of a response that turned out to be broken before any of it was sent gives way.
    /// </summary>
    /// <returns>The content to be sent with it: what was given, or that of an error in its place.</returns>
    public BodySlice WritePrepared(PreparedResponse response, BodySlice content, bool close)
    {
        Length = 0;
        HeaderEdits? edits = exchange.Route?.ResponseHeaders;
        exchange.Status = response.IsPage ? exchange.Status : response.Status;
        for (BufferSize size = BufferSize.Small; ; size++)
        {
            var writer = new HeadWriter(Reserve(size));
            ResponseHeadWriter.WritePrepared(ref writer, exchange, response, content.Count, edits, close);
            if (Take(writer, size))
            {
                return content;
            }

            if (size == BufferSize.Large && (edits is not null || response.Location is not null))
            {
                // The changes of the route are what doesn't fit: an error without them does.
                ProxyErrorCode error = TooLarge();
                exchange.Fail(error);
                response = error == ProxyErrorCode.RequestHeadTooLarge ? RequestTooLarge : HeadTooLarge;
                content = new BodySlice(response.Body, 0, response.Body.Length, IsLast: true);
                exchange.Status = response.Status;
                edits = null;
                size = BufferSize.Small;
            }
        }
    }

    // Nothing that the operator or a server writes is near the bound by itself: where the request is copied, that is what made it too large.
    private ProxyErrorCode TooLarge() =>
        exchange.Route?.ResponseHeaders is { CopiesRequest: true } ? ProxyErrorCode.RequestHeadTooLarge : ProxyErrorCode.ResponseHeadTooLarge;

    // Counts what a writer wrote; false when it ran out of space and has to write again into more, or when no space would do.
    private bool Take(HeadWriter writer, BufferSize size)
    {
        if (writer.Overflowed)
        {
            bool isEdited = exchange.Route is { ResponseHeaders: not null } or { ResponseRewriter: not null } or { Response.Location: not null } or { Files: not null };
            Debug.Assert(isEdited || size < BufferSize.Large, "The limits of a head are below the largest buffer.");
            return false;
        }

        Length += writer.Length;
        if (isForHttp2 && _buffer!.Size > BufferSize.Small && EncodedBytesMax > HeaderFrames.BlockBytesMax)
        {
            Length -= writer.Length;
            return false;
        }

        return true;
    }
}
