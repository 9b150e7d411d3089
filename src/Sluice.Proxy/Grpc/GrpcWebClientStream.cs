using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Pipeline;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Grpc;

/// <summary>
/// The client's side of a call that comes in gRPC-Web and goes on in gRPC (grpc/doc/PROTOCOL-WEB.md): the real one behind a translation. Messages are the same
/// in both; base64 is taken off and put on, and the server's trailers become the last message. Belongs to the exchange.
/// </summary>
internal sealed class GrpcWebClientStream(Exchange exchange) : ClientStream
{
    // The text of so much, and as much again, fits a buffer.
    private const int TogetherMax = 8 * 1024;

    private readonly TrailersFrame _trailers = new();
    private ClientStream _client = null!;
    private Base64Decoder _decoder;
    private Base64Encoder _encoder;
    private MessageEnds _ends;
    private bool _decodes;
    private bool _encodes;
    private bool _translates;
    private bool _hasStatus;

    /// <inheritdoc/>
    public override bool SupportsChunked => _client.SupportsChunked;

    /// <inheritdoc/>
    public override bool ClosesAfterResponse => _client.ClosesAfterResponse;

    /// <summary>Whether what was sent of the content ends where a message does.</summary>
    public bool IsBetweenMessages => _ends.IsAtEnd;

    /// <inheritdoc/>
    internal override int BufferedBytes => _client.BufferedBytes;

    /// <summary>Begins with a call.</summary>
    /// <param name="client">The real client's side.</param>
    public void Begin(ClientStream client)
    {
        _client = client;
        _decoder = default;
        _encoder = default;
        _ends = default;
        _decodes = exchange.Grpc.Kind == GrpcKind.WebText;
        _encodes = exchange.Grpc.AnswerKind == GrpcKind.WebText;
        _translates = false;
        _hasStatus = false;
    }

    /// <summary>Forgets the real one.</summary>
    public void End()
    {
        _client = null!;
        _trailers.Trim();
    }

    /// <inheritdoc/>
    public override void CloseAfterResponse() => _client.CloseAfterResponse();

    /// <inheritdoc/>
    public override bool TryReadBuffered(Exchange exchange, out BodySlice slice)
    {
        while (_client.TryReadBuffered(exchange, out slice))
        {
            slice = Decoded(slice);
            if (IsSomething(slice))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public override ValueTask<BodySlice> ReadContentAsync(Exchange exchange) => _decodes ? DecodeAsync() : _client.ReadContentAsync(exchange);

    /// <inheritdoc/>
    public override void StopReading() => _client.StopReading();

    /// <inheritdoc/>
    public override ValueTask<ProxyErrorCode> SendContinueAsync(Exchange exchange) => _client.SendContinueAsync(exchange);

    /// <inheritdoc/>
    public override ValueTask<ProxyErrorCode> SendInterimAsync(Exchange exchange) => _client.SendInterimAsync(exchange);

    /// <inheritdoc/>
    public override void WriteHead(Exchange exchange, BodyFraming framing, long contentLength)
    {
        FieldTable fields = exchange.Response.Fields;
        _hasStatus = fields.IndexOf(GrpcCall.StatusName) >= 0;

        // Trailers-Only: the head is the whole answer in gRPC-Web, too.
        bool isHeadOnly = framing == BodyFraming.None || (_hasStatus && contentLength == 0);
        _translates = !isHeadOnly && GrpcContentType.KindOf(fields) == GrpcKind.Grpc;
        if (_translates)
        {
            // The last message is still to come, so no length is right.
            framing = SupportsChunked ? BodyFraming.Chunked : BodyFraming.UntilClose;
            contentLength = -1;
        }

        _client.WriteHead(exchange, framing, contentLength);
    }

    /// <inheritdoc/>
    public override void WriteUpgradeHead(Exchange exchange) => Debug.Fail("A call asks for no other protocol.");

    /// <inheritdoc/>
    public override ValueTask<ProxyErrorCode> SendContentAsync(Exchange exchange, BodySlice slice)
    {
        if (!_translates || (slice.Count == 0 && !slice.IsLast))
        {
            return _client.SendContentAsync(exchange, slice);
        }

        _ends.Advance(slice.Span);
        return slice.IsLast ? SendLastAsync(slice) : SendPartAsync(slice);
    }

    /// <inheritdoc/>
    public override ValueTask<ProxyErrorCode> SendPreparedAsync(Exchange exchange, PreparedResponse response, BodySlice content)
    {
        _translates = false;
        return _client.SendPreparedAsync(exchange, response, content);
    }

    /// <inheritdoc/>
    internal override ITunnelEnd BeginTunnel(Exchange exchange) => throw new UnreachableException("A call asks for no other protocol.");

    /// <inheritdoc/>
    internal override ISpliceEnd? AsSpliceEnd() => null;

    /// <inheritdoc/>
    public override void Abort(Exchange exchange) => _client.Abort(exchange);

    private static bool IsSomething(BodySlice slice) => slice.Count > 0 || slice.IsLast || slice.Error != ProxyErrorCode.None;

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<BodySlice> DecodeAsync()
    {
        BodySlice slice;
        do
        {
            slice = Decoded(await _client.ReadContentAsync(exchange));
        }
        while (!IsSomething(slice));

        return slice;
    }

    // In place: what is read is the reader's, until it reads again.
    private BodySlice Decoded(BodySlice slice)
    {
        if (!_decodes || slice.Error != ProxyErrorCode.None)
        {
            return slice;
        }

        bool isText = _decoder.TryDecode(slice.Array.AsSpan(slice.Offset, slice.Count), out int length);
        if (!isText || (slice.IsLast && !_decoder.IsWhole))
        {
            exchange.Fail(ProxyErrorCode.GrpcWebTextInvalid);
            return BodySlice.Failed(ProxyErrorCode.GrpcWebTextInvalid);
        }

        return slice with { Count = length };
    }

    private ValueTask<ProxyErrorCode> SendPartAsync(BodySlice slice) =>
        _encodes ? SendTextAsync(slice) : _client.SendContentAsync(exchange, slice with { IsLast = false });

    private ValueTask<ProxyErrorCode> SendLastAsync(BodySlice slice)
    {
        // From here on the trailers are content. With the status in the head there need not be any.
        FieldTable? trailers = exchange.ResponseTrailers;
        exchange.ResponseTrailers = null;
        BodySlice end = trailers is null && _hasStatus ? BodySlice.End : _trailers.Write(trailers, _encodes);
        return slice.Count == 0 && !_encoder.HasRest ? _client.SendContentAsync(exchange, end)
            : slice.Count <= TogetherMax && end.Count <= TogetherMax ? SendTogetherAsync(slice, end)
            : SendBothAsync(slice, end);
    }

    // A short answer whose end is there already leaves with one send.
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<ProxyErrorCode> SendTogetherAsync(BodySlice slice, BodySlice end)
    {
        // Rented here, and returned here when the client has taken what is in it.
        PooledBuffer buffer = exchange.Worker.Loop.Buffers.Rent(BufferSize.Medium);
        int length = slice.Count;
        if (_encodes)
        {
            length = _encoder.Encode(slice.Span, buffer.Array, isWhole: true);
        }
        else
        {
            slice.Span.CopyTo(buffer.Array);
        }

        end.Span.CopyTo(buffer.Array.AsSpan(length));
        ProxyErrorCode error = await _client.SendContentAsync(exchange, new BodySlice(buffer.Array, 0, length + end.Count, IsLast: true));
        exchange.Worker.Loop.Buffers.Return(buffer);
        return error;
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<ProxyErrorCode> SendBothAsync(BodySlice slice, BodySlice end)
    {
        ProxyErrorCode error = await SendPartAsync(slice);
        return error != ProxyErrorCode.None ? error : await _client.SendContentAsync(exchange, end);
    }

    // Padded where a message ends, so that each reaches the client whole; within one, up to two bytes wait for those behind them.
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<ProxyErrorCode> SendTextAsync(BodySlice slice)
    {
        // Rented here, and returned here when the client has taken what is in it.
        PooledBuffer buffer = exchange.Worker.Loop.Buffers.Rent(BufferSize.Medium);
        int partMax = Base64Encoder.BytesMax(buffer.Length);
        ProxyErrorCode error = ProxyErrorCode.None;
        int sent = 0;
        do
        {
            int count = Math.Min(slice.Count - sent, partMax);
            bool isWhole = sent + count == slice.Count && (slice.IsLast || _ends.IsAtEnd);
            int length = _encoder.Encode(slice.Span.Slice(sent, count), buffer.Array, isWhole);
            sent += count;
            if (length > 0)
            {
                error = await _client.SendContentAsync(exchange, new BodySlice(buffer.Array, 0, length, IsLast: false));
            }
        }
        while (error == ProxyErrorCode.None && sent < slice.Count);

        exchange.Worker.Loop.Buffers.Return(buffer);
        return error;
    }
}
