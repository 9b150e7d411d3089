using System.Runtime.CompilerServices;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Forwarding;

/// <summary>A socket as an end of a tunnel. It holds a buffer only from a read that brought something to the next.</summary>
internal sealed class SocketTunnelEnd : ITunnelEnd
{
    private readonly StreamSocket _socket;
    private readonly ProxyErrorCode _broken;
    private SendSegment _early;
    private PooledBuffer? _buffer;

    /// <summary>Takes a socket over.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="broken">What a read ends with when the peer breaks off.</param>
    /// <param name="early">What was received behind the head already: the first to be read.</param>
    /// <param name="buffer">The buffer of that, to be given back; null when it belongs to somebody else.</param>
    public SocketTunnelEnd(StreamSocket socket, ProxyErrorCode broken, SendSegment early, PooledBuffer? buffer)
    {
        _socket = socket;
        _broken = broken;
        _early = early;
        _buffer = buffer;
    }

    /// <inheritdoc/>
    public ValueTask<BodySlice> ReadAsync()
    {
        if (_early.Count == 0)
        {
            return ReceiveAsync();
        }

        SendSegment early = _early;
        _early = default;
        return new ValueTask<BodySlice>(new BodySlice(early.Array, early.Offset, early.Count, IsLast: false));
    }

    /// <inheritdoc/>
    public ValueTask<IoResult> WriteAsync(SendSegment segment) => _socket.SendAsync(segment, default, default);

    /// <inheritdoc/>
    public ValueTask EndWritingAsync()
    {
        _socket.ShutdownSend();
        return default;
    }

    /// <inheritdoc/>
    public void Break() => _socket.Reset();

    /// <inheritdoc/>
    public void Close()
    {
        ReturnBuffer();
        _socket.Close();
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<BodySlice> ReceiveAsync()
    {
        ReturnBuffer();
        IoResult result = await _socket.WaitReadableAsync();
        if (!result.IsError)
        {
            _buffer = _socket.Loop.Buffers.Rent(BufferSize.Medium);
            result = await _socket.ReceiveAsync(_buffer.Array, 0, _buffer.Length);
        }

        if (result.Code > 0)
        {
            return new BodySlice(_buffer!.Array, 0, result.Bytes, IsLast: false);
        }

        ReturnBuffer();
        return result.IsError ? BodySlice.Failed(_broken) : BodySlice.End;
    }

    private void ReturnBuffer()
    {
        if (_buffer is not null)
        {
            _socket.Loop.Buffers.Return(_buffer);
            _buffer = null;
        }
    }
}
