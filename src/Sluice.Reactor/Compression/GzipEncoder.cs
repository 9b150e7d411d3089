using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Compression;

/// <summary>Writes gzip (RFC 1952) with levels 1 to 9.</summary>
/// <remarks>Header and end are written here, since the header is where padding goes: as the name of a file, of random letters.</remarks>
public sealed unsafe class GzipEncoder : StreamEncoder
{
    // RFC 1951 has windows of up to 32 KiB.
    private const int WindowBitsMax = 15;
    private const int WindowBitsMin = 10;

    // What the encoder looks ahead lies within its window.
    private const int Lookahead = 262;

    // A level of memory has room for 2^(level + 6) symbols; as many as bytes in the window let small content be one block.
    private const int WindowBitsPerMemory = 6;

    private const int EndBytes = 8;
    private const byte HasName = 8;
    private const byte UnknownSystem = 255;

    private ZlibStream _stream;
    private uint _checksum;
    private uint _length;
    private int _padding;
    private int _endWritten;
    private bool _isOpen;
    private bool _hasHeader;
    private bool _hasContent;

    /// <inheritdoc/>
    public override bool TryBegin(in EncoderSettings settings)
    {
        Debug.Assert(!_isOpen, "The last message was ended.");
        _stream = default;
        _checksum = 0;
        _length = 0;
        _padding = settings.PaddingBytes;
        _endWritten = 0;
        _hasHeader = false;
        _hasContent = false;
        fixed (ZlibStream* stream = &_stream)
        {
            int windowBits = WindowBitsFor(settings.Length);
            _isOpen = LibZlib.DeflateInit(stream, settings.Level, LibZlib.Deflated, -windowBits, Math.Min(windowBits - WindowBitsPerMemory, LibZlib.DefaultMemory), LibZlib.DefaultStrategy) == LibZlib.Ok;
        }

        return _isOpen;
    }

    /// <inheritdoc/>
    public override EncodeStatus Encode(ReadOnlySpan<byte> input, EncodeOperation operation, Span<byte> output, out int consumed, out int written)
    {
        int header = _hasHeader ? 0 : WriteHeader(output);
        EncodeStatus status = Deflate(input, operation, output[header..], out consumed, out written);
        written += header;
        if (status == EncodeStatus.Done && operation == EncodeOperation.Finish)
        {
            written += WriteEnd(output[written..]);
            status = _endWritten == EndBytes ? EncodeStatus.Done : EncodeStatus.OutputFull;
        }

        return status;
    }

    /// <inheritdoc/>
    public override void End()
    {
        if (_isOpen)
        {
            _isOpen = false;
            fixed (ZlibStream* stream = &_stream)
            {
                _ = LibZlib.DeflateEnd(stream);
            }
        }
    }

    // What the content needs: less memory to be cleared, and to go through the processor's caches.
    private static int WindowBitsFor(long length) =>
        length < 0 ? WindowBitsMax : Math.Clamp(64 - (int)long.LeadingZeroCount(length + Lookahead), WindowBitsMin, WindowBitsMax);

    // RFC 1952, section 2.3: no time, no system.
    private int WriteHeader(Span<byte> output)
    {
        Debug.Assert(output.Length >= RoomMin, "The header and its padding have room.");
        _hasHeader = true;
        ReadOnlySpan<byte> fixedPart = [0x1F, 0x8B, LibZlib.Deflated, 0, 0, 0, 0, 0, 0, UnknownSystem];
        fixedPart.CopyTo(output);
        int length = fixedPart.Length;
        if (_padding > 0)
        {
            output[3] = HasName;
            Span<byte> name = output.Slice(length, _padding);
            RandomNumberGenerator.GetItems("abcdefghijklmnopqrstuvwxyz"u8, name[..^1]);
            name[^1] = 0;
            length += _padding;
        }

        return length;
    }

    // As much of it as there is room for.
    private int WriteEnd(Span<byte> output)
    {
        Span<byte> end = stackalloc byte[EndBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(end, _checksum);
        BinaryPrimitives.WriteUInt32LittleEndian(end[4..], _length);
        int count = Math.Min(EndBytes - _endWritten, output.Length);
        end.Slice(_endWritten, count).CopyTo(output);
        _endWritten += count;
        return count;
    }

    private EncodeStatus Deflate(ReadOnlySpan<byte> input, EncodeOperation operation, Span<byte> output, out int consumed, out int written)
    {
        consumed = 0;
        written = 0;
        if (_hasContent)
        {
            return EncodeStatus.Done;
        }

        if (output.IsEmpty)
        {
            return EncodeStatus.OutputFull;
        }

        int flush = operation switch
        {
            EncodeOperation.Flush => LibZlib.SyncFlush,
            EncodeOperation.Finish => LibZlib.Finish,
            _ => LibZlib.NoFlush,
        };
        int result;
        fixed (ZlibStream* stream = &_stream)
        fixed (byte* from = input)
        fixed (byte* to = output)
        {
            _stream.NextIn = from;
            _stream.AvailableIn = (uint)input.Length;
            _stream.NextOut = to;
            _stream.AvailableOut = (uint)output.Length;
            result = LibZlib.Deflate(stream, flush);
            consumed = input.Length - (int)_stream.AvailableIn;
            written = output.Length - (int)_stream.AvailableOut;

            // Without any bytes it would begin anew.
            _checksum = consumed == 0 ? _checksum : LibZlib.Crc32(_checksum, from, consumed);
        }

        _length += (uint)consumed;
        _hasContent = result == LibZlib.StreamEnd;
        return result is not (LibZlib.Ok or LibZlib.StreamEnd or LibZlib.BufferError) ? EncodeStatus.Failed
            : _hasContent || written < output.Length ? EncodeStatus.Done
            : EncodeStatus.OutputFull;
    }
}
