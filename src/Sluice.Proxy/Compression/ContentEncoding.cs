using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Sluice.Http.Representations;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Compression;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Compression;

/// <summary>Compresses the content of a response on its way to the client. Owns an encoder and a buffer only meanwhile. Belongs to an exchange.</summary>
/// <remarks>
/// The encoder begins with the first part that is compressed, and ends before the last one is sent: responses that wait for their turn, or for their client, would otherwise each hold some
/// hundred KiB of state that goes cold, and is given back to the system and taken from it again (docs/decisions/0009).
/// What is compressed waits in the buffer until that is full, the content ends, or the server pauses: then what is live goes out at once, and what has a length at most every
/// <see cref="FlushIntervalMs"/>, since each flush makes it larger. After <see cref="CompressionLoad"/>'s part of a turn of the loop the others go first; levels that take longer than a
/// millisecond at a stretch run on the thread pool.
/// </remarks>
internal sealed class ContentEncoding
{
    private const int PartMax = 32 * 1024;
    private const int FlushIntervalMs = 100;
    private const int PaddingMax = 100;

    // Measured: 64 KiB of brotli at 7 take 1.5 ms, and so do 128 KiB, a block, of zstd.
    private const int BrotliLevelInline = 6;
    private const int ZstdLevelInline = 6;

    private readonly Exchange _exchange;
    private readonly ResponseCompression _compression;
    private readonly Func<bool> _runPart;
    private readonly LoopCompletion<bool> _turn = new();
    private StreamEncoder? _encoder;
    private EncoderSettings _settings;
    private PooledBuffer? _buffer;
    private ContentCoding _coding;
    private BodySlice _part;
    private EncodeOperation _operation;
    private EncodeStatus _status;
    private int _bytes;
    private int _consumed;
    private int _filled;
    private bool _hasBegun;
    private bool _isOffloaded;
    private bool _isOwed;
    private long _flushedAtMs;
    private long _ticks;

    public ContentEncoding(Exchange exchange, ResponseCompression compression)
    {
        _exchange = exchange;
        _compression = compression;
        _runPart = RunPart;
    }

    /// <summary>Whether content is to come.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether there is something that a client should get when the server pauses.</summary>
    public bool WantsPauses => _isOwed && (_compression.IsLive || _exchange.Worker.Loop.NowMs - _flushedAtMs >= FlushIntervalMs);

    private WorkerCompression Worker => _exchange.Worker.Compression;

    /// <summary>Begins; there was room for it.</summary>
    public void Begin()
    {
        Debug.Assert(!IsOpen && _encoder is null, "The last response was ended.");
        CompressionPlan plan = _compression.Policy.Plan!;
        IsOpen = true;
        _coding = _compression.Coding;
        _bytes = EncoderMemory.BytesOf(_coding, _compression.Level, _compression.Length);
        Worker.Load.Bytes += _bytes;
        _hasBegun = false;
        _isOwed = false;
        _filled = 0;
        _flushedAtMs = _exchange.Worker.Loop.NowMs;
        _isOffloaded = _coding switch
        {
            ContentCoding.Brotli => _compression.Level > BrotliLevelInline,
            ContentCoding.Zstd => _compression.Level > ZstdLevelInline,
            _ => false,
        };
        int padding = plan.Breach == BreachPolicy.Pad ? RandomNumberGenerator.GetInt32(PaddingMax) + 1 : 0;
        _settings = new EncoderSettings(_compression.Level, _compression.Length, padding);
    }

    /// <summary>Gives everything back.</summary>
    public void End()
    {
        Close();
        ReturnBuffer();
        _part = default;
    }

    /// <summary>Takes a part of the content; an empty one that isn't the last says that the server pauses.</summary>
    public ValueTask<ProxyErrorCode> SendAsync(ClientStream client, BodySlice slice)
    {
        if (slice.Count > 0 || slice.IsLast)
        {
            return EncodeAsync(client, slice, slice.IsLast ? EncodeOperation.Finish : EncodeOperation.Continue);
        }

        return WantsPauses ? EncodeAsync(client, slice, EncodeOperation.Flush) : client.SendContentAsync(_exchange, default);
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<ProxyErrorCode> EncodeAsync(ClientStream client, BodySlice slice, EncodeOperation operation)
    {
        while (true)
        {
            // 1. Let the others go first.
            if (Worker.Turns.MustWait)
            {
                await Worker.Turns.WaitAsync(_turn, _compression.BytesIn);
                if (_exchange.HasFailed)
                {
                    return _exchange.Error;
                }
            }

            // 2. Compress a part, here or elsewhere.
            int count = Math.Min(slice.Count, PartMax);
            _operation = count == slice.Count ? operation : EncodeOperation.Continue;
            _part = slice with { Count = count };
            _buffer ??= _exchange.Worker.Loop.Buffers.Rent(BufferSize.Medium);
            _encoder ??= Worker.Codecs.RentEncoder(_coding);
            _ = _isOffloaded ? await _exchange.Worker.Loop.OffloadAsync(_runPart) : RunPart();
            Worker.Load.Add(_ticks, !_isOffloaded);
            if (_status == EncodeStatus.Failed)
            {
                _exchange.Fail(ProxyErrorCode.CompressionFailed);
                return ProxyErrorCode.CompressionFailed;
            }

            // 3. Send what has to go.
            slice = slice with { Offset = slice.Offset + _consumed, Count = slice.Count - _consumed };
            bool isDone = _status == EncodeStatus.Done && slice.Count == 0;
            if (_status == EncodeStatus.OutputFull || (isDone && operation != EncodeOperation.Continue))
            {
                ProxyErrorCode error = await SendFilledAsync(client, isDone && operation == EncodeOperation.Finish);
                if (error != ProxyErrorCode.None)
                {
                    return error;
                }
            }

            if (isDone)
            {
                _isOwed = operation == EncodeOperation.Continue;
                return ProxyErrorCode.None;
            }
        }
    }

    // On the loop or, while the exchange waits for it, on a thread of the pool.
    private bool RunPart()
    {
        long began = Stopwatch.GetTimestamp();
        int written = 0;
        _consumed = 0;
        _hasBegun = _hasBegun || _encoder!.TryBegin(_settings);
        _status = _hasBegun ? _encoder!.Encode(_part.Span, _operation, _buffer!.Array.AsSpan(_filled), out _consumed, out written) : EncodeStatus.Failed;
        _filled += written;
        _compression.BytesIn += _consumed;
        _compression.BytesOut += written;
        _ticks = Stopwatch.GetTimestamp() - began;
        return true;
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<ProxyErrorCode> SendFilledAsync(ClientStream client, bool isLast)
    {
        _flushedAtMs = _exchange.Worker.Loop.NowMs;
        _compression.Recorder?.Add(_buffer!.Array.AsSpan(0, _filled), isLast);
        if (isLast)
        {
            Close();
        }

        ProxyErrorCode error = await client.SendContentAsync(_exchange, new BodySlice(_buffer!.Array, 0, _filled, isLast));
        _filled = 0;
        if (isLast)
        {
            End();
        }
        else if (_operation == EncodeOperation.Flush)
        {
            // Nobody holds a buffer while there is nothing to put into it.
            ReturnBuffer();
        }

        return error;
    }

    private void Close()
    {
        if (!IsOpen)
        {
            return;
        }

        IsOpen = false;
        Worker.Load.Bytes -= _bytes;
        Worker.Counters.Count(_coding, isCompressed: true, _compression.BytesIn, _compression.BytesOut);
        if (_encoder is null)
        {
            return;
        }

        if (_isOffloaded)
        {
            // What is kept for the next response is small only at small levels.
            _encoder.Free();
        }

        Worker.Codecs.Return(_coding, _encoder);
        _encoder = null;
    }

    private void ReturnBuffer()
    {
        if (_buffer is not null)
        {
            _exchange.Worker.Loop.Buffers.Return(_buffer);
            _buffer = null;
        }
    }
}
