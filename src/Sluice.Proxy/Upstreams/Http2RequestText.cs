using Sluice.Http.Http1;
using Sluice.Http.Http2.Hpack;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Http2;
using Sluice.Proxy.Pipeline;
using Sluice.Reactor.Buffers;

namespace Sluice.Proxy.Upstreams;

/// <summary>The head of a request to an HTTP/2 server as lines, until its turn to be encoded has come. Owns a buffer only meanwhile.</summary>
internal sealed class Http2RequestText(BufferPool pool)
{
    private PooledBuffer? _buffer;
    private int _length;
    private int _neverIndexedStart;

    /// <summary>An upper bound of what it takes when it is encoded, in bytes.</summary>
    public int EncodedBytesMax { get; private set; }

    private ReadOnlySpan<byte> Written => _buffer is null ? default : _buffer.Array.AsSpan(0, _length);

    /// <summary>Writes the head. False when it is too large, which only the changes of a route can make it.</summary>
    public bool TryWrite(Exchange exchange, ServerState server, bool isWebSocket)
    {
        for (BufferSize size = BufferSize.Small; size <= BufferSize.Large; size++)
        {
            _buffer = pool.Rent(size);
            var writer = new HeadWriter(_buffer.Array);
            _neverIndexedStart = RequestHeadWriter.WriteLines(ref writer, exchange, server, isWebSocket);
            if (!writer.Overflowed)
            {
                _length = writer.Length;
                EncodedBytesMax = HpackEncoder.EncodedBytesMax(_length, Written.Count((byte)'\n'));
                return EncodedBytesMax <= HeaderFrames.BlockBytesMax;
            }

            Release();
        }

        return false;
    }

    /// <summary>Encodes it.</summary>
    /// <returns>Bytes written.</returns>
    public int Encode(HpackEncoder encoder, Span<byte> destination)
    {
        int length = encoder.EncodeLines(Written[.._neverIndexedStart], destination);
        return length + encoder.EncodeLines(Written[_neverIndexedStart..], destination[length..], isNeverIndexed: true);
    }

    /// <summary>Gives the buffer back.</summary>
    public void Release()
    {
        if (_buffer is not null)
        {
            pool.Return(_buffer);
            _buffer = null;
        }
    }
}
