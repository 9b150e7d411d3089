using System.Diagnostics;
using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Compression;

/// <summary>Reads zstd (RFC 8878): one frame or several in a row (section 3), with windows of 8 MiB at most (RFC 9659), and nothing behind them.</summary>
public sealed unsafe class ZstdDecoder : StreamDecoder
{
    private const int WindowBitsMax = 23;

    private nint _decoder;

    /// <inheritdoc/>
    public override bool TryBegin()
    {
        Debug.Assert(_decoder == 0, "The last message was ended.");
        IsWhole = true;
        _decoder = LibZstd.DecoderNew();
        return _decoder != 0 && LibZstd.IsError(LibZstd.DecoderSet(_decoder, LibZstd.DecoderParameterWindowBitsMax, WindowBitsMax)) == 0;
    }

    /// <inheritdoc/>
    public override DecodeStatus Decode(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        fixed (byte* from = input)
        fixed (byte* to = output)
        {
            var source = new ZstdBuffer { Start = from, Size = (nuint)input.Length };
            var target = new ZstdBuffer { Start = to, Size = (nuint)output.Length };
            nuint left = 0;
            while (source.Position < source.Size || (!IsWhole && input.IsEmpty))
            {
                (nuint taken, nuint put) = (source.Position, target.Position);
                left = LibZstd.Decompress(_decoder, &target, &source);
                if (LibZstd.IsError(left) != 0)
                {
                    break;
                }

                bool hasMoved = source.Position > taken || target.Position > put;
                IsWhole = left == 0;
                if (!hasMoved || target.Position == target.Size)
                {
                    break;
                }
            }

            consumed = (int)source.Position;
            written = (int)target.Position;
            return LibZstd.IsError(left) != 0 ? DecodeStatus.Failed
                : source.Position < source.Size || (!IsWhole && target.Position == target.Size) ? DecodeStatus.OutputFull
                : DecodeStatus.NeedsInput;
        }
    }

    /// <inheritdoc/>
    public override void End()
    {
        if (_decoder != 0)
        {
            _ = LibZstd.DecoderFree(_decoder);
            _decoder = 0;
        }
    }
}
