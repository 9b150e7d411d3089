using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Http.Representations;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Compression;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Compression;

/// <summary>Decompresses the content of a response on its way to the client, strictly. Owns a decoder and a buffer only meanwhile. Belongs to an exchange.</summary>
/// <remarks>
/// Nothing is collected, so there is no limit of the size: a slow reader slows the decoder. What expands by more than <see cref="RatioMax"/> is a bomb for whoever
/// reads it, and takes more time here than its server paid for. Text compresses to a tenth, and to a hundredth only where it repeats itself.
/// </remarks>
internal sealed class ContentDecoding(Exchange exchange, ResponseCompression compression)
{
    private const int RatioMax = 100;
    private const int FreeOfRatioBytes = 64 * 1024;

    private readonly LoopCompletion<bool> _turn = new();
    private StreamDecoder? _decoder;
    private PooledBuffer? _buffer;
    private ContentCoding _coding;

    /// <summary>Whether content is to come.</summary>
    public bool IsOpen => _decoder is not null;

    private WorkerCompression Worker => exchange.Worker.Compression;

    /// <summary>Begins. False when there is no memory.</summary>
    public bool TryBegin()
    {
        _coding = compression.Coding;
        _decoder = Worker.Codecs.RentDecoder(_coding);
        bool hasBegun = _decoder.TryBegin();
        if (!hasBegun)
        {
            End();
        }

        return hasBegun;
    }

    /// <summary>Gives everything back.</summary>
    public void End()
    {
        if (_decoder is not null)
        {
            Worker.Codecs.Return(_coding, _decoder);
            Worker.Counters.Count(_coding, isCompressed: false, compression.BytesIn, compression.BytesOut);
            _decoder = null;
        }

        ReturnBuffer();
    }

    /// <summary>Takes a part of the content.</summary>
    public ValueTask<ProxyErrorCode> SendAsync(ClientStream client, BodySlice slice) =>
        slice.Count > 0 || slice.IsLast ? DecodeAsync(client, slice) : client.SendContentAsync(exchange, slice);

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<ProxyErrorCode> DecodeAsync(ClientStream client, BodySlice slice)
    {
        while (true)
        {
            if (Worker.Turns.MustWait)
            {
                await Worker.Turns.WaitAsync(_turn, compression.BytesOut);
                if (exchange.HasFailed)
                {
                    return exchange.Error;
                }
            }

            _buffer ??= exchange.Worker.Loop.Buffers.Rent(BufferSize.Medium);
            long ticks = Stopwatch.GetTimestamp();
            DecodeStatus status = _decoder!.Decode(slice.Span, _buffer.Array, out int consumed, out int written);
            Worker.Load.Add(Stopwatch.GetTimestamp() - ticks, isOnLoop: true);
            slice = slice with { Offset = slice.Offset + consumed, Count = slice.Count - consumed };
            compression.BytesIn += consumed;
            compression.BytesOut += written;
            bool isLast = status == DecodeStatus.NeedsInput && slice.IsLast;
            ProxyErrorCode error = Check(status, isLast);
            if (error != ProxyErrorCode.None)
            {
                exchange.Fail(error);
                return error;
            }

            if (written > 0 || isLast)
            {
                error = await client.SendContentAsync(exchange, new BodySlice(_buffer.Array, 0, written, isLast));
            }

            if (status == DecodeStatus.NeedsInput || error != ProxyErrorCode.None)
            {
                EndIf(isLast);
                return error;
            }
        }
    }

    private ProxyErrorCode Check(DecodeStatus status, bool isLast)
    {
        if (compression.BytesOut > FreeOfRatioBytes && compression.BytesOut > RatioMax * compression.BytesIn)
        {
            return ProxyErrorCode.ResponseExpandsTooMuch;
        }

        return status == DecodeStatus.Failed || (isLast && !_decoder!.IsWhole) ? ProxyErrorCode.ResponseEncodingInvalid : ProxyErrorCode.None;
    }

    private void EndIf(bool isLast)
    {
        if (isLast)
        {
            End();
        }
        else
        {
            ReturnBuffer();
        }
    }

    private void ReturnBuffer()
    {
        if (_buffer is not null)
        {
            exchange.Worker.Loop.Buffers.Return(_buffer);
            _buffer = null;
        }
    }
}
