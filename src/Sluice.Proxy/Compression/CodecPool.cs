using System.Diagnostics;
using Sluice.Http.Representations;
using Sluice.Reactor.Compression;

namespace Sluice.Proxy.Compression;

/// <summary>Encoders and decoders of a worker that wait for their next response. Belongs to the worker.</summary>
internal sealed class CodecPool
{
    // What zstd keeps from one to the next is 1.3 MB each.
    private const int FreeMax = 16;

    private readonly Stack<StreamEncoder>[] _encoders = [new(), new(), new(), new()];
    private readonly Stack<StreamDecoder>[] _decoders = [new(), new(), new(), new()];

    /// <summary>An encoder of no pool.</summary>
    public static StreamEncoder CreateEncoder(ContentCoding coding) => coding switch
    {
        ContentCoding.Gzip => new GzipEncoder(),
        ContentCoding.Brotli => new BrotliEncoder(),
        ContentCoding.Zstd => new ZstdEncoder(),
        _ => throw new UnreachableException("There are no others."),
    };

    /// <summary>An encoder, to be given back.</summary>
    public StreamEncoder RentEncoder(ContentCoding coding) => _encoders[(int)coding].TryPop(out StreamEncoder? encoder) ? encoder : CreateEncoder(coding);

    /// <summary>A decoder, to be given back.</summary>
    public StreamDecoder RentDecoder(ContentCoding coding)
    {
        if (_decoders[(int)coding].TryPop(out StreamDecoder? decoder))
        {
            return decoder;
        }

        return coding switch
        {
            ContentCoding.Gzip => new GzipDecoder(),
            ContentCoding.Brotli => new BrotliDecoder(),
            ContentCoding.Zstd => new ZstdDecoder(),
            _ => throw new UnreachableException("There are no others."),
        };
    }

    /// <summary>Takes an encoder back, and ends its message.</summary>
    public void Return(ContentCoding coding, StreamEncoder encoder)
    {
        encoder.End();
        if (_encoders[(int)coding].Count < FreeMax)
        {
            _encoders[(int)coding].Push(encoder);
        }
        else
        {
            encoder.Free();
        }
    }

    /// <summary>Takes a decoder back, and ends its message.</summary>
    public void Return(ContentCoding coding, StreamDecoder decoder)
    {
        decoder.End();
        if (_decoders[(int)coding].Count < FreeMax)
        {
            _decoders[(int)coding].Push(decoder);
        }
    }

    /// <summary>Gives up what waits.</summary>
    public void Clear()
    {
        foreach (Stack<StreamEncoder> encoders in _encoders)
        {
            while (encoders.TryPop(out StreamEncoder? encoder))
            {
                encoder.Free();
            }
        }

        foreach (Stack<StreamDecoder> decoders in _decoders)
        {
            decoders.Clear();
        }
    }
}
