using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Http2.Hpack;

namespace Sluice.Http.Http2;

/// <summary>Reads trailers from a field block into memory of its own (RFC 9113, section 8.1), without those that have no place there.</summary>
public sealed class TrailerSectionReader
{
    // RFC 9113, section 8.2.2, has them nowhere in a message.
    private static readonly ulong ConnectionMask = KnownFields.MaskOf(
        KnownField.Connection, KnownField.KeepAlive, KnownField.ProxyConnection, KnownField.TransferEncoding, KnownField.Upgrade);

    private const int FieldCapacityMax = 1024;
    private const int MemoryStep = 512;

    private byte[] _bytes = [];
    private byte[] _buffer = [];
    private HeadLimits _limits;
    private int _fieldBytes;
    private int _fieldCount;

    /// <summary>The trailers that may be passed on; valid until the next <see cref="TryRead"/>.</summary>
    public FieldTable Fields { get; } = new(FieldCapacityMax);

    /// <summary>Why they are refused; none if they are not.</summary>
    public Violation Violation { get; private set; }

    /// <summary>Decodes a block; what is wrong with its fields is in <see cref="Violation"/>.</summary>
    /// <param name="decoder">The connection's decoder.</param>
    /// <param name="block">The whole block.</param>
    /// <param name="scratch">At least as large as the limits allow.</param>
    /// <param name="limits">How large trailers may become.</param>
    /// <returns>False when the block can't be decoded: then the connection is of no more use.</returns>
    public bool TryRead(HpackDecoder decoder, ReadOnlySpan<byte> block, byte[] scratch, HeadLimits limits)
    {
        Fields.Clear();
        _buffer = scratch;
        _limits = limits;
        _fieldBytes = 0;
        _fieldCount = 0;
        Violation = Violation.None;
        var sink = new Sink(this);
        if (decoder.Decode(block, scratch, 0, out int end, ref sink) != HpackStatus.Done)
        {
            return false;
        }

        if (Violation != Violation.None)
        {
            // Of what is refused, however large it is unpacked, nothing is kept.
            Fields.Clear();
            return true;
        }

        if (_bytes.Length < end)
        {
            _bytes = new byte[(end + MemoryStep - 1) / MemoryStep * MemoryStep];
        }

        scratch.AsSpan(0, end).CopyTo(_bytes);
        Fields.Buffer = _bytes;
        return true;
    }

    private void OnField(in Field decoded, FieldFault fault, bool isStored)
    {
        _fieldBytes += decoded.NameLength + decoded.ValueLength + 4;
        _fieldCount++;
        if (Violation != Violation.None)
        {
            return;
        }

        if (!isStored || _fieldBytes > _limits.FieldBytesMax)
        {
            Violation = Violation.FieldsTooLarge;
            return;
        }

        ReadOnlySpan<byte> name = _buffer.AsSpan(decoded.NameOffset, decoded.NameLength);
        FieldFlags flags = decoded.Known != KnownField.Other ? KnownFields.FlagsOf(decoded.Known)
            : name.Contains((byte)'_') ? FieldFlags.Underscore
            : FieldFlags.None;
        Field field = decoded with { Flags = decoded.Flags | flags };
        Violation = fault != FieldFault.None ? SectionFaults.ViolationOf(fault)
            : name[0] == (byte)':' ? Violation.PseudoFieldAfterField
            : (ConnectionMask & KnownFields.MaskOf(decoded.Known)) != 0 ? Violation.ConnectionSpecificField
            : _fieldCount > _limits.FieldCountMax ? Violation.TooManyFields
            : TrailerFields.IsAllowed(field, _buffer) && !Fields.TryAdd(field) ? Violation.TooManyFields
            : Violation.None;
    }

    private readonly struct Sink(TrailerSectionReader reader) : IFieldSink
    {
        public void OnField(in Field field, FieldFault fault, bool isStored) => reader.OnField(field, fault, isStored);
    }
}
