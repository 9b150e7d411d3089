using Sluice.Http.Http1;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Pipeline;

namespace Sluice.Proxy.Compression;

/// <summary>
/// The client's side of an exchange whose response may be compressed or decompressed: the real one, behind that. A response that is left as it is passes through, and
/// may still be spliced. Belongs to the exchange.
/// </summary>
internal sealed class CompressingClientStream : ClientStream
{
    private readonly ResponseCompression _compression;
    private readonly ContentEncoding _encoding;
    private readonly ContentDecoding _decoding;
    private ClientStream _client = null!;

    public CompressingClientStream(Exchange exchange, ResponseCompression compression)
    {
        _compression = compression;
        _encoding = new ContentEncoding(exchange, compression);
        _decoding = new ContentDecoding(exchange, compression);
    }

    /// <inheritdoc/>
    public override bool SupportsChunked => _client.SupportsChunked;

    /// <inheritdoc/>
    public override bool ClosesAfterResponse => _client.ClosesAfterResponse;

    /// <inheritdoc/>
    internal override int BufferedBytes => _client.BufferedBytes;

    /// <inheritdoc/>
    internal override bool WantsPauses => _encoding.IsOpen ? _encoding.WantsPauses : _client.WantsPauses;

    /// <summary>Begins with an exchange.</summary>
    /// <param name="client">The real client's side.</param>
    public void Begin(ClientStream client) => _client = client;

    /// <summary>Gives everything back, and forgets the real one.</summary>
    public void End()
    {
        _encoding.End();
        _decoding.End();
        _client = null!;
    }

    /// <inheritdoc/>
    public override void CloseAfterResponse() => _client.CloseAfterResponse();

    /// <inheritdoc/>
    public override bool TryReadBuffered(Exchange exchange, out BodySlice slice) => _client.TryReadBuffered(exchange, out slice);

    /// <inheritdoc/>
    public override ValueTask<BodySlice> ReadContentAsync(Exchange exchange) => _client.ReadContentAsync(exchange);

    /// <inheritdoc/>
    public override void StopReading() => _client.StopReading();

    /// <inheritdoc/>
    public override ValueTask<ProxyErrorCode> SendContinueAsync(Exchange exchange) => _client.SendContinueAsync(exchange);

    /// <inheritdoc/>
    public override ValueTask<ProxyErrorCode> SendInterimAsync(Exchange exchange) => _client.SendInterimAsync(exchange);

    /// <inheritdoc/>
    public override void WriteHead(Exchange exchange, BodyFraming framing, long contentLength)
    {
        _compression.Decide(contentLength);
        if (_compression.Change != ResponseChange.None && framing != BodyFraming.None && !TryBegin())
        {
            _compression.GiveUp();
        }

        if (_compression.Change == ResponseChange.Compress && framing != BodyFraming.None)
        {
            _compression.Recorder?.Begin();
        }

        if (_compression.Change != ResponseChange.None)
        {
            // The length is that of other bytes, also in the answer to HEAD.
            framing = framing == BodyFraming.None ? framing : SupportsChunked ? BodyFraming.Chunked : BodyFraming.UntilClose;
            contentLength = -1;
        }

        _client.WriteHead(exchange, framing, contentLength);
    }

    /// <inheritdoc/>
    public override void WriteUpgradeHead(Exchange exchange) => _client.WriteUpgradeHead(exchange);

    /// <inheritdoc/>
    public override ValueTask<ProxyErrorCode> SendContentAsync(Exchange exchange, BodySlice slice)
    {
        if (!_encoding.IsOpen && !_decoding.IsOpen)
        {
            return _client.SendContentAsync(exchange, slice);
        }

        if (slice.IsLast && exchange.ResponseTrailers is { } trailers)
        {
            exchange.ResponseTrailers = ChecksumFields.Without(trailers);
        }

        return _encoding.IsOpen ? _encoding.SendAsync(_client, slice) : _decoding.SendAsync(_client, slice);
    }

    /// <inheritdoc/>
    public override ValueTask<ProxyErrorCode> SendPreparedAsync(Exchange exchange, PreparedResponse response, BodySlice content)
    {
        _encoding.End();
        _decoding.End();
        _compression.Forget();
        return _client.SendPreparedAsync(exchange, response, content);
    }

    /// <inheritdoc/>
    internal override ITunnelEnd BeginTunnel(Exchange exchange) => _client.BeginTunnel(exchange);

    /// <inheritdoc/>
    internal override ISpliceEnd? AsSpliceEnd() => _encoding.IsOpen || _decoding.IsOpen ? null : _client.AsSpliceEnd();

    /// <inheritdoc/>
    public override void Abort(Exchange exchange) => _client.Abort(exchange);

    private bool TryBegin()
    {
        if (_compression.Change != ResponseChange.Compress)
        {
            return _decoding.TryBegin();
        }

        _encoding.Begin();
        return true;
    }
}
