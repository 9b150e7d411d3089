using System.Diagnostics;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Http2.Hpack;

namespace Sluice.Http.Http2;

/// <summary>
/// Makes the head of a response out of a field block (RFC 9113, section 8.3.2). As strict as <see cref="ResponseHeadReader"/>, with the same limits and the
/// same reasons. One per event loop, reused; steady state allocates nothing.
/// </summary>
public sealed class ResponseSectionReader
{
    private static readonly ulong ConnectionMask = KnownFields.MaskOf(
        KnownField.Connection, KnownField.KeepAlive, KnownField.ProxyConnection, KnownField.TransferEncoding, KnownField.Upgrade);

    private ResponseHead _head = null!;
    private byte[] _buffer = [];
    private FramingFields _framing;
    private HeadLimits _limits;
    private TextRange _status;
    private int _fieldBytes;
    private int _fieldCount;
    private bool _sawField;

    /// <summary>How many bytes of the buffer the head takes; 0 with a violation.</summary>
    public int Length { get; private set; }

    /// <summary>Why the block makes no response that is passed on; none if it does.</summary>
    public Violation Violation { get; private set; }

    /// <summary>
    /// Decodes a field block into a head whose offsets are those of <paramref name="buffer"/>, from its beginning on; whoever keeps the head copies
    /// <see cref="Length"/> bytes and says so by <see cref="ResponseHead.Rebind"/>. What is wrong is in <see cref="Violation"/>.
    /// </summary>
    /// <param name="head">Takes the response.</param>
    /// <param name="decoder">The connection's decoder.</param>
    /// <param name="block">The whole block.</param>
    /// <param name="buffer">At least as large as the limits allow a head to be, and 1 KiB.</param>
    /// <param name="limits">How large the head may become.</param>
    /// <param name="requestMethod">What it answers: a response to HEAD has no content.</param>
    /// <param name="endsStream">Whether nothing follows the block.</param>
    /// <returns>False when the block can't be decoded: then the connection is of no more use.</returns>
    public bool TryRead(
        ResponseHead head, HpackDecoder decoder, ReadOnlySpan<byte> block, byte[] buffer, HeadLimits limits, RequestMethod requestMethod, bool endsStream)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(decoder);
        Debug.Assert(buffer.Length > limits.FieldBytesMax, "What is allowed has room.");
        Begin(head, buffer, limits);
        var sink = new Sink(this);
        if (decoder.Decode(block, buffer, 0, out int end, ref sink) != HpackStatus.Done)
        {
            return false;
        }

        head.Rebind(buffer);
        if (Violation == Violation.None)
        {
            Violation = Finish(requestMethod, endsStream);
        }

        Length = Violation == Violation.None ? end : 0;
        return true;
    }

    /// <summary>
    /// Has the head that was read last say what it means where the request was an extended CONNECT (RFC 8441, section 5): a success is a switch of protocols,
    /// as a 101 of HTTP/1 is. Its length, if it says one, means nothing (RFC 9110, section 9.3.6).
    /// </summary>
    /// <param name="protocol">The protocol that was asked for.</param>
    /// <param name="accept">The <c>Sec-WebSocket-Accept</c> that a client of HTTP/1 waits for; empty for none.</param>
    public void PresentAsUpgrade(ReadOnlySpan<byte> protocol, ReadOnlySpan<byte> accept)
    {
        Debug.Assert(Violation == Violation.None && _head.Status is >= 200 and <= 299, "Only a success is one.");
        var writer = new HeadWriter(_buffer.AsSpan(Length));
        writer.Append(protocol);
        int fieldStart = writer.Length;
        if (!accept.IsEmpty)
        {
            writer.AppendField("sec-websocket-accept"u8, accept);
        }

        if (writer.Overflowed)
        {
            Violation = Violation.FieldsTooLarge;
            return;
        }

        _head.Status = 101;
        _head.Framing = BodyFraming.None;
        _head.ContentLength = -1;
        _head.UpgradeRange = new TextRange(Length, protocol.Length);
        if (!accept.IsEmpty)
        {
            ReplaceAccept(Length + fieldStart, accept.Length);
        }

        Length += writer.Length;
    }

    private void ReplaceAccept(int lineStart, int valueLength)
    {
        const int nameLength = 20;
        FieldTable fields = _head.Fields;
        int given = fields.IndexOf(KnownField.SecWebSocketAccept);
        if (given >= 0)
        {
            fields.SetFlags(given, fields[given].Flags | FieldFlags.Replaced);
        }

        if (!fields.TryAdd(new Field(lineStart, nameLength, lineStart + nameLength + 2, valueLength, KnownField.SecWebSocketAccept, FieldFlags.None)))
        {
            Violation = Violation.TooManyFields;
        }
    }

    private void Begin(ResponseHead head, byte[] buffer, HeadLimits limits)
    {
        head.Reset();
        head.Rebind(buffer);
        head.IsHttp2 = true;
        head.MinorVersion = 1;
        head.KeepAlive = true;
        _head = head;
        _buffer = buffer;
        _framing = default;
        _limits = limits;
        _status = default;
        _fieldBytes = 0;
        _fieldCount = 0;
        _sawField = false;
        Length = 0;
        Violation = Violation.None;
    }

    private void OnField(in Field field, FieldFault fault, bool isStored)
    {
        if (Violation != Violation.None)
        {
            return;
        }

        Violation = !isStored ? Violation.FieldsTooLarge
            : fault != FieldFault.None ? SectionFaults.ViolationOf(fault)
            : _buffer[field.NameOffset] == (byte)':' ? TakePseudoField(field)
            : TakeField(field);
    }

    private Violation TakePseudoField(in Field field)
    {
        if (_sawField)
        {
            return Violation.PseudoFieldAfterField;
        }

        if (!_buffer.AsSpan(field.NameOffset, field.NameLength).SequenceEqual(":status"u8))
        {
            return Violation.UnknownPseudoField;
        }

        if (_status.Length > 0)
        {
            return Violation.DuplicatePseudoField;
        }

        _status = new TextRange(field.ValueOffset, field.ValueLength);
        return field.ValueLength == 0 ? Violation.EmptyPseudoField : Violation.None;
    }

    private Violation TakeField(in Field field)
    {
        _sawField = true;
        if (field.NameLength > FieldLine.NameBytesMax)
        {
            return Violation.FieldNameTooLong;
        }

        _fieldBytes += field.NameLength + field.ValueLength + 4;
        if (_fieldBytes > _limits.FieldBytesMax)
        {
            return Violation.FieldsTooLarge;
        }

        if (++_fieldCount > _limits.FieldCountMax)
        {
            return Violation.TooManyFields;
        }

        if ((ConnectionMask & KnownFields.MaskOf(field.Known)) != 0)
        {
            // RFC 9113, section 8.2.2.
            return Violation.ConnectionSpecificField;
        }

        Violation violation = field.Known == KnownField.ContentLength ? _framing.ReadContentLength(_buffer, field) : Violation.None;
        return violation == Violation.None && !_head.Fields.TryAdd(field) ? Violation.TooManyFields : violation;
    }

    private Violation Finish(RequestMethod requestMethod, bool endsStream)
    {
        if (_status.Length == 0)
        {
            return Violation.MissingPseudoField;
        }

        // RFC 9113, section 8.6: there is no switch of protocols in HTTP/2.
        if (_status.Length != 3 || !StatusLine.TryParseCode(_status.In(_buffer), out int status) || status == 101)
        {
            return Violation.InvalidStatusCode;
        }

        _head.Status = status;
        _head.ContentLength = _framing.ContentLength;
        if (status < 200)
        {
            return endsStream ? Violation.InterimEndsStream : _framing.ContentLength > 0 ? Violation.FramingWithoutContent : Violation.None;
        }

        if (status == 204)
        {
            return _framing.ContentLength > 0 ? Violation.FramingWithoutContent : Violation.None;
        }

        bool hasContent = status != 304 && requestMethod != RequestMethod.Head;
        if (hasContent && endsStream && _framing.ContentLength < 0)
        {
            _head.ContentLength = 0;
        }

        _head.Framing = !hasContent ? BodyFraming.None : _head.ContentLength >= 0 ? BodyFraming.ContentLength : BodyFraming.Chunked;
        return Violation.None;
    }

    private readonly struct Sink(ResponseSectionReader reader) : IFieldSink
    {
        public void OnField(in Field field, FieldFault fault, bool isStored) => reader.OnField(field, fault, isStored);
    }
}
