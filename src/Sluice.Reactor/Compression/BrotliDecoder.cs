using System.Diagnostics;
using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Compression;

/// <summary>Reads brotli (RFC 7932), and nothing behind it.</summary>
public sealed unsafe class BrotliDecoder : StreamDecoder
{
    private nint _decoder;
    private bool _hasEnded;

    /// <inheritdoc/>
    public override bool TryBegin()
    {
        Debug.Assert(_decoder == 0, "The last message was ended.");
        _hasEnded = false;
        IsWhole = true;
        _decoder = LibBrotli.DecoderNew(0, 0, 0);
        return _decoder != 0;
    }

    /// <inheritdoc/>
    public override DecodeStatus Decode(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        consumed = 0;
        written = 0;
        if (_hasEnded || (IsWhole && input.IsEmpty))
        {
            return input.IsEmpty ? DecodeStatus.NeedsInput : DecodeStatus.Failed;
        }

        int result;
        fixed (byte* from = input)
        fixed (byte* to = output)
        {
            nuint availableIn = (nuint)input.Length;
            nuint availableOut = (nuint)output.Length;
            byte* nextIn = from;
            byte* nextOut = to;
            result = LibBrotli.Decompress(_decoder, &availableIn, &nextIn, &availableOut, &nextOut, null);
            consumed = input.Length - (int)availableIn;
            written = output.Length - (int)availableOut;
        }

        _hasEnded = result == LibBrotli.DecoderDone;
        IsWhole = _hasEnded;
        return result == LibBrotli.DecoderError || (_hasEnded && consumed < input.Length) ? DecodeStatus.Failed
            : result == LibBrotli.DecoderNeedsOutput ? DecodeStatus.OutputFull
            : DecodeStatus.NeedsInput;
    }

    /// <inheritdoc/>
    public override void End()
    {
        if (_decoder != 0)
        {
            LibBrotli.DecoderFree(_decoder);
            _decoder = 0;
        }
    }
}
