using System.Diagnostics;
using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Compression;

/// <summary>Writes zstd (RFC 8878) with levels 1 to 19, and a window within what every decoder takes (RFC 9659). It can't be padded.</summary>
/// <remarks>Its state is kept from one message to the next until <see cref="Free"/>: making one takes longer than to compress a page.</remarks>
public sealed unsafe class ZstdEncoder : StreamEncoder
{
    private nint _encoder;

    /// <inheritdoc/>
    public override bool TryBegin(in EncoderSettings settings)
    {
        Debug.Assert(settings.PaddingBytes == 0, "There is no place for padding that every decoder passes over.");
        _encoder = _encoder != 0 ? _encoder : LibZstd.EncoderNew();
        return _encoder != 0
            && IsOk(LibZstd.EncoderReset(_encoder, LibZstd.ResetAll))
            && IsOk(LibZstd.EncoderSet(_encoder, LibZstd.ParameterLevel, settings.Level))
            && IsOk(LibZstd.EncoderSet(_encoder, LibZstd.ParameterWindowBits, settings.WindowBits))
            && (settings.Length < 0 || IsOk(LibZstd.EncoderSetLength(_encoder, (ulong)settings.Length)));
    }

    /// <inheritdoc/>
    public override EncodeStatus Encode(ReadOnlySpan<byte> input, EncodeOperation operation, Span<byte> output, out int consumed, out int written)
    {
        int wanted = operation switch
        {
            EncodeOperation.Flush => LibZstd.Flush,
            EncodeOperation.Finish => LibZstd.End,
            _ => LibZstd.Continue,
        };
        fixed (byte* from = input)
        fixed (byte* to = output)
        {
            var source = new ZstdBuffer { Start = from, Size = (nuint)input.Length };
            var target = new ZstdBuffer { Start = to, Size = (nuint)output.Length };
            nuint left = LibZstd.Compress(_encoder, &target, &source, wanted);
            consumed = (int)source.Position;
            written = (int)target.Position;
            bool isDone = source.Position == source.Size && (operation == EncodeOperation.Continue || left == 0);
            return !IsOk(left) ? EncodeStatus.Failed : isDone ? EncodeStatus.Done : EncodeStatus.OutputFull;
        }
    }

    /// <inheritdoc/>
    public override void End()
    {
    }

    /// <inheritdoc/>
    public override void Free()
    {
        if (_encoder != 0)
        {
            _ = LibZstd.EncoderFree(_encoder);
            _encoder = 0;
        }
    }

    private static bool IsOk(nuint code) => LibZstd.IsError(code) == 0;
}
