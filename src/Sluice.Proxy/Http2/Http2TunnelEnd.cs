using System.Runtime.CompilerServices;
using Sluice.Http.Http2;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Pipeline;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Http2;

/// <summary>A stream as an end of a tunnel (RFC 8441): DATA frames are the bytes, END_STREAM is an orderly end, RST_STREAM none.</summary>
/// <param name="stream">The stream; its owner ends it when the exchange has ended.</param>
/// <param name="broken">What a read ends with when the peer breaks off.</param>
internal sealed class Http2TunnelEnd(Http2Stream stream, ProxyErrorCode broken) : ITunnelEnd
{
    /// <inheritdoc/>
    public ValueTask<BodySlice> ReadAsync() => stream.TryRead(out BodySlice slice) ? new ValueTask<BodySlice>(Known(slice)) : AwaitReadAsync();

    /// <inheritdoc/>
    public ValueTask<IoResult> WriteAsync(SendSegment segment)
    {
        ValueTask<bool> sending = stream.SendAsync(hasHead: false, segment, endStream: false);
        return sending.IsCompleted ? new ValueTask<IoResult>(ResultOf(sending.Result, segment.Count)) : AwaitWriteAsync(sending, segment.Count);
    }

    /// <inheritdoc/>
    public ValueTask EndWritingAsync()
    {
        ValueTask<bool> sending = stream.SendAsync(hasHead: false, default, endStream: true);
        return sending.IsCompleted ? default : AwaitEndAsync(sending);
    }

    /// <inheritdoc/>
    public void Break()
    {
        if (stream.IsOpen)
        {
            stream.Connection.EndStream(stream, Http2ErrorCode.Cancel);
            stream.CancelSend();
            stream.CancelRead(broken);
        }
    }

    /// <inheritdoc/>
    public void Close()
    {
    }

    private static IoResult ResultOf(bool isWritten, int count) => isWritten ? new IoResult(count) : IoResult.Canceled;

    private BodySlice Known(BodySlice slice) => slice.Error == ProxyErrorCode.None ? slice : BodySlice.Failed(broken);

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private static async ValueTask AwaitEndAsync(ValueTask<bool> sending) => await sending;

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<BodySlice> AwaitReadAsync() => Known(await stream.ReadAsync());

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<IoResult> AwaitWriteAsync(ValueTask<bool> sending, int count) => ResultOf(await sending, count);
}
