using System.Diagnostics;
using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Compression;

/// <summary>Writes brotli (RFC 7932) with levels 0 to 11. Padding is a block of metadata.</summary>
public sealed unsafe class BrotliEncoder : StreamEncoder
{
    private nint _encoder;
    private int _padding;

    /// <inheritdoc/>
    public override bool TryBegin(in EncoderSettings settings)
    {
        Debug.Assert(_encoder == 0, "The last message was ended.");
        _padding = settings.PaddingBytes;
        _encoder = LibBrotli.EncoderNew(0, 0, 0);
        return _encoder != 0
            && LibBrotli.EncoderSet(_encoder, LibBrotli.ParameterQuality, (uint)settings.Level) != 0
            && LibBrotli.EncoderSet(_encoder, LibBrotli.ParameterWindowBits, (uint)settings.WindowBits) != 0
            && LibBrotli.EncoderSet(_encoder, LibBrotli.ParameterSizeHint, (uint)Math.Clamp(settings.Length, 0, int.MaxValue)) != 0;
    }

    /// <inheritdoc/>
    public override EncodeStatus Encode(ReadOnlySpan<byte> input, EncodeOperation operation, Span<byte> output, out int consumed, out int written)
    {
        int padding = 0;
        if (_padding > 0)
        {
            Debug.Assert(output.Length >= RoomMin, "The padding has room.");
            Span<byte> nothing = stackalloc byte[EncoderSettings.PaddingMax];
            nothing.Clear();
            EncodeStatus padded = Run(nothing[.._padding], LibBrotli.EmitMetadata, output, out consumed, out padding);
            _padding -= consumed;
            if (padded != EncodeStatus.Done)
            {
                written = padding;
                consumed = 0;
                return padded;
            }
        }

        int wanted = operation switch
        {
            EncodeOperation.Flush => LibBrotli.Flush,
            EncodeOperation.Finish => LibBrotli.Finish,
            _ => LibBrotli.Process,
        };
        EncodeStatus status = Run(input, wanted, output[padding..], out consumed, out written);
        written += padding;
        return status;
    }

    /// <inheritdoc/>
    public override void End()
    {
        if (_encoder != 0)
        {
            LibBrotli.EncoderFree(_encoder);
            _encoder = 0;
        }
    }

    private EncodeStatus Run(ReadOnlySpan<byte> input, int operation, Span<byte> output, out int consumed, out int written)
    {
        fixed (byte* from = input)
        fixed (byte* to = output)
        {
            nuint availableIn = (nuint)input.Length;
            nuint availableOut = (nuint)output.Length;
            byte* nextIn = from;
            byte* nextOut = to;
            int result = LibBrotli.Compress(_encoder, operation, &availableIn, &nextIn, &availableOut, &nextOut, null);
            consumed = input.Length - (int)availableIn;
            written = output.Length - (int)availableOut;
            return result == 0 ? EncodeStatus.Failed
                : availableIn > 0 || LibBrotli.EncoderHasMore(_encoder) != 0 ? EncodeStatus.OutputFull
                : EncodeStatus.Done;
        }
    }
}
