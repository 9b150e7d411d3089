using System.Buffers.Binary;

namespace Sluice.Http.Http2;

/// <summary>The nine bytes that every frame begins with (RFC 9113, section 4.1).</summary>
/// <param name="Length">Bytes of payload behind it, 0 to 2^24-1.</param>
/// <param name="Type">May be none of the known ones.</param>
/// <param name="Flags">May have bits that mean nothing.</param>
/// <param name="StreamId">0 for the connection; the reserved bit is taken off.</param>
public readonly record struct FrameHeader(int Length, FrameType Type, FrameFlags Flags, uint StreamId)
{
    /// <summary>How long it is on the wire.</summary>
    public const int Bytes = 9;

    /// <summary>Takes off the bit that has no meaning.</summary>
    public const uint StreamIdMask = 0x7FFF_FFFF;

    /// <summary>Reads a header.</summary>
    /// <param name="source">At least <see cref="Bytes"/> bytes.</param>
    public static FrameHeader Read(ReadOnlySpan<byte> source)
    {
        uint lengthAndType = BinaryPrimitives.ReadUInt32BigEndian(source);
        uint streamId = BinaryPrimitives.ReadUInt32BigEndian(source[5..]);
        return new FrameHeader((int)(lengthAndType >> 8), (FrameType)(byte)lengthAndType, (FrameFlags)source[4], streamId & StreamIdMask);
    }

    /// <summary>Writes the header.</summary>
    /// <param name="destination">At least <see cref="Bytes"/> bytes.</param>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, ((uint)Length << 8) | (byte)Type);
        destination[4] = (byte)Flags;
        BinaryPrimitives.WriteUInt32BigEndian(destination[5..], StreamId);
    }

    /// <summary>Whether a flag is set.</summary>
    public bool Has(FrameFlags flag) => (Flags & flag) != 0;
}
