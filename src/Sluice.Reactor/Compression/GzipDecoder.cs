using System.Diagnostics;
using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Compression;

/// <summary>Reads gzip (RFC 1952): one member, or several in a row (section 2.2), and nothing behind them.</summary>
public sealed unsafe class GzipDecoder : StreamDecoder
{
    private ZlibStream _stream;
    private bool _isOpen;
    private bool _hasEnded;

    /// <inheritdoc/>
    public override bool TryBegin()
    {
        Debug.Assert(!_isOpen, "The last message was ended.");
        _stream = default;
        _hasEnded = false;
        IsWhole = true;
        fixed (ZlibStream* stream = &_stream)
        {
            _isOpen = LibZlib.InflateInit(stream, LibZlib.GzipWindowBits) == LibZlib.Ok;
        }

        return _isOpen;
    }

    /// <inheritdoc/>
    public override DecodeStatus Decode(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        consumed = 0;
        written = 0;
        while (consumed < input.Length || (!_hasEnded && input.IsEmpty))
        {
            int result = Inflate(input[consumed..], output[written..], out int taken, out int put);
            consumed += taken;
            written += put;
            if (result is not (LibZlib.Ok or LibZlib.StreamEnd or LibZlib.BufferError))
            {
                return DecodeStatus.Failed;
            }

            _hasEnded = result == LibZlib.StreamEnd;
            IsWhole = _hasEnded || (IsWhole && taken == 0);
            bool isFull = written == output.Length && !(_hasEnded && consumed == input.Length);
            if (isFull || (taken == 0 && put == 0))
            {
                return isFull ? DecodeStatus.OutputFull : DecodeStatus.NeedsInput;
            }
        }

        return DecodeStatus.NeedsInput;
    }

    /// <inheritdoc/>
    public override void End()
    {
        if (_isOpen)
        {
            _isOpen = false;
            fixed (ZlibStream* stream = &_stream)
            {
                _ = LibZlib.InflateEnd(stream);
            }
        }
    }

    private int Inflate(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        fixed (ZlibStream* stream = &_stream)
        fixed (byte* from = input)
        fixed (byte* to = output)
        {
            int result = _hasEnded ? LibZlib.InflateReset(stream, LibZlib.GzipWindowBits) : LibZlib.Ok;
            _stream.NextIn = from;
            _stream.AvailableIn = (uint)input.Length;
            _stream.NextOut = to;
            _stream.AvailableOut = (uint)output.Length;
            result = result == LibZlib.Ok ? LibZlib.Inflate(stream, LibZlib.NoFlush) : result;
            consumed = input.Length - (int)_stream.AvailableIn;
            written = output.Length - (int)_stream.AvailableOut;
            return result;
        }
    }
}
