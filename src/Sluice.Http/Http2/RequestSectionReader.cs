using System.Diagnostics;
using System.Text;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Http2.Hpack;

namespace Sluice.Http.Http2;

/// <summary>
/// Makes the canonical request out of a field block (RFC 9113, section 8.3). As strict as <see cref="RequestHeadReader"/>, with the same limits and the same
/// reasons, so that nothing passes by one way that doesn't by the other. One per connection's owner, reused; steady state allocates nothing.
/// </summary>
public sealed class RequestSectionReader
{
    /// <summary>The most that <see cref="Length"/> becomes, in bytes: a request that takes more, with its cookies joined, is refused.</summary>
    public const int HeadBytesMax = 128 * 1024;

    private static readonly ulong ExaminedMask = KnownFields.RequestSingletonMask
        | KnownFields.MaskOf(
            KnownField.Host, KnownField.ContentLength, KnownField.TransferEncoding, KnownField.Connection, KnownField.KeepAlive,
            KnownField.ProxyConnection, KnownField.Upgrade, KnownField.Te, KnownField.Cookie);

    private RequestHead _head = null!;
    private byte[] _buffer = [];
    private FramingFields _framing;
    private HeadLimits _limits;
    private Violation _violation;
    private TextRange _method;
    private TextRange _scheme;
    private TextRange _path;
    private TextRange _authority;
    private TextRange _protocol;
    private TextRange _priority;
    private int _end;
    private int _fieldBytes;
    private int _fieldCount;
    private int _cookieCount;
    private bool _sawField;

    /// <summary>How many bytes of the buffer the head takes.</summary>
    public int Length { get; private set; }

    /// <summary>Why the block makes no request that is served; none if it does.</summary>
    public Violation Violation => _violation;

    /// <summary>
    /// Decodes a field block into a head whose offsets are those of <paramref name="buffer"/>, from its beginning on; whoever keeps the head copies
    /// <see cref="Length"/> bytes and says so by <see cref="RequestHead.Rebind"/>. What is wrong is in <see cref="Violation"/>.
    /// </summary>
    /// <param name="head">Takes the request.</param>
    /// <param name="decoder">The connection's decoder.</param>
    /// <param name="block">The whole block.</param>
    /// <param name="buffer">At least three times as large as the limits allow a head to be.</param>
    /// <param name="limits">How large the head may become; the line is <c>:path</c>.</param>
    /// <param name="defaultPort">80; 443 on a connection with TLS.</param>
    /// <param name="endsStream">Whether nothing follows the block.</param>
    /// <returns>False when the block can't be decoded: then the connection is of no more use.</returns>
    public bool TryRead(RequestHead head, HpackDecoder decoder, ReadOnlySpan<byte> block, byte[] buffer, HeadLimits limits, int defaultPort, bool endsStream)
    {
        Debug.Assert(buffer.Length >= limits.FieldBytesMax, "What is allowed has room.");
        Begin(head, buffer, limits);
        var sink = new Sink(this);
        if (decoder.Decode(block, buffer, 0, out int end, ref sink) != HpackStatus.Done)
        {
            return false;
        }

        // Of what comes behind a broken field, however much it is, nothing is kept.
        Length = _violation == Violation.None ? end : _end;
        head.Rebind(buffer);
        if (_violation == Violation.None)
        {
            _violation = Finish(defaultPort, endsStream);
        }

        if (Length > HeadBytesMax)
        {
            Length = 0;
            Empty(head, buffer);
            _violation = Violation.FieldsTooLarge;
        }

        return true;
    }

    private void Begin(RequestHead head, byte[] buffer, HeadLimits limits)
    {
        Empty(head, buffer);
        _head = head;
        _buffer = buffer;
        _framing = default;
        _limits = limits;
        _violation = Violation.None;
        _method = default;
        _scheme = default;
        _path = default;
        _authority = default;
        _protocol = default;
        _priority = default;
        _end = 0;
        _fieldBytes = 0;
        _fieldCount = 0;
        _cookieCount = 0;
        _sawField = false;
        Length = 0;
    }

    private static void Empty(RequestHead head, byte[] buffer)
    {
        head.Reset();
        head.Rebind(buffer);
        head.IsHttp2 = true;
        head.MinorVersion = 1;
        head.KeepAlive = true;
    }

    private void OnField(in Field field, FieldFault fault, bool isStored)
    {
        if (_violation != Violation.None)
        {
            return;
        }

        _violation = !isStored ? Violation.FieldsTooLarge
            : fault != FieldFault.None ? SectionFaults.ViolationOf(fault)
            : _buffer[field.NameOffset] == (byte)':' ? TakePseudoField(field)
            : TakeField(field);
        _end = _violation == Violation.None ? field.ValueOffset + field.ValueLength : _end;
    }

    private Violation TakePseudoField(in Field field)
    {
        if (_sawField)
        {
            return Violation.PseudoFieldAfterField;
        }

        ReadOnlySpan<byte> name = _buffer.AsSpan(field.NameOffset, field.NameLength);
        var value = new TextRange(field.ValueOffset, field.ValueLength);
        return name.SequenceEqual(":path"u8) ? Take(ref _path, value)
            : name.SequenceEqual(":method"u8) ? Take(ref _method, value)
            : name.SequenceEqual(":scheme"u8) ? Take(ref _scheme, value)
            : name.SequenceEqual(":authority"u8) ? Take(ref _authority, value)
            : name.SequenceEqual(":protocol"u8) ? Take(ref _protocol, value)
            : Violation.UnknownPseudoField;
    }

    // An empty value is as good as none but for the host, which may not be empty either (RFC 9113, section 8.3.1).
    private static Violation Take(ref TextRange part, TextRange value)
    {
        if (part.Offset != 0)
        {
            return Violation.DuplicatePseudoField;
        }

        part = value;
        return value.Length == 0 ? Violation.EmptyPseudoField : Violation.None;
    }

    private Violation TakeField(in Field decoded)
    {
        _sawField = true;
        ReadOnlySpan<byte> name = _buffer.AsSpan(decoded.NameOffset, decoded.NameLength);
        if (name.Length > FieldLine.NameBytesMax)
        {
            return Violation.FieldNameTooLong;
        }

        FieldFlags flags = decoded.Known != KnownField.Other ? KnownFields.FlagsOf(decoded.Known)
            : name.Contains((byte)'_') ? FieldFlags.Underscore
            : FieldFlags.None;
        Field field = decoded with { Flags = decoded.Flags | flags };
        _fieldBytes += field.NameLength + field.ValueLength + 4;
        if (_fieldBytes > _limits.FieldBytesMax)
        {
            return Violation.FieldsTooLarge;
        }

        if (++_fieldCount > _limits.FieldCountMax)
        {
            return Violation.TooManyFields;
        }

        Violation violation = (ExaminedMask & KnownFields.MaskOf(field.Known)) != 0 ? Examine(field)
            : field.Known == KnownField.Other ? ExamineUnknown(field, name)
            : Violation.None;
        return violation == Violation.None && !_head.Fields.TryAdd(field) ? Violation.TooManyFields : violation;
    }

    private Violation Examine(in Field field)
    {
        switch (field.Known)
        {
            case KnownField.Connection or KnownField.KeepAlive or KnownField.ProxyConnection or KnownField.TransferEncoding or KnownField.Upgrade:
                return Violation.ConnectionSpecificField;
            case KnownField.Te:
                // RFC 9113, section 8.2.2.
                return Ascii.EqualsIgnoreCase(_buffer.AsSpan(field.ValueOffset, field.ValueLength), "trailers"u8) ? Violation.None : Violation.InvalidTe;
            case KnownField.ContentLength:
                return _framing.ReadContentLength(_buffer, field);
            case KnownField.Host:
                return _head.Fields.Contains(KnownField.Host) ? Violation.DuplicateHost : Violation.None;
            case KnownField.Cookie:
                _cookieCount++;
                return Violation.None;
            default:
                return _head.Fields.Contains(field.Known) ? Violation.DuplicateField : Violation.None;
        }
    }

    private Violation ExamineUnknown(in Field field, ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("priority"u8))
        {
            _priority = new TextRange(field.ValueOffset, field.ValueLength);
        }

        return field.Flags.HasFlag(FieldFlags.Underscore) && FramingFields.IsUnderscored(name) ? Violation.UnderscoredFraming : Violation.None;
    }

    // 1. what the block has to have, 2. method and target, 3. framing, 4. host, 5. what is rare.
    private Violation Finish(int defaultPort, bool endsStream)
    {
        Violation violation = FinishTarget(defaultPort);
        if (violation != Violation.None)
        {
            return violation;
        }

        violation = FinishFraming(endsStream);
        if (violation != Violation.None)
        {
            return violation;
        }

        _head.TargetAuthorityRange = _authority;
        if (_authority.Length == 0 && !_head.Fields.Contains(KnownField.Host))
        {
            return Violation.MissingHost;
        }

        violation = HostField.Settle(_head, defaultPort, isRequired: false);
        if (violation != Violation.None)
        {
            return violation;
        }

        if (_priority.Length > 0)
        {
            _head.Priority = StreamPriority.Parse(_priority.In(_buffer));
        }

        if (_cookieCount > 1 && !TryJoinCookies())
        {
            return Violation.FieldsTooLarge;
        }

        TeField.Read(_head);
        return ExpectField.Read(_head);
    }

    private Violation FinishTarget(int defaultPort)
    {
        bool isConnect = _method.In(_buffer).SequenceEqual("CONNECT"u8);
        if (_method.Length == 0 || (!isConnect && _protocol.Length > 0))
        {
            return Violation.MissingPseudoField;
        }

        if (isConnect && _protocol.Length == 0)
        {
            return Violation.MethodNotAllowed;
        }

        if (_scheme.Length == 0 || _path.Length == 0 || (isConnect && _authority.Length == 0))
        {
            return Violation.MissingPseudoField;
        }

        ReadOnlySpan<byte> scheme = _scheme.In(_buffer);
        if (!scheme.SequenceEqual("https"u8) && !scheme.SequenceEqual("http"u8))
        {
            return Violation.UnsupportedScheme;
        }

        Violation violation = isConnect ? FinishConnect() : RequestLine.ParseMethod(_head, _method.In(_buffer), _method.Offset);
        if (violation != Violation.None)
        {
            return violation;
        }

        if (_path.Length > _limits.LineBytesMax)
        {
            return Violation.StartLineTooLong;
        }

        // RFC 9113, section 8.3.1: a path, or the asterisk of OPTIONS; never a whole URI.
        _head.TargetRange = _path;
        return _buffer[_path.Offset] is (byte)'/' or (byte)'*' ? RequestLine.ParseTarget(_head, defaultPort) : Violation.InvalidPath;
    }

    // RFC 8441: the same as a GET with Upgrade in HTTP/1.1, and so it is routed and forwarded.
    private Violation FinishConnect()
    {
        if (!Ascii.EqualsIgnoreCase(_protocol.In(_buffer), "websocket"u8))
        {
            return Violation.UnsupportedProtocol;
        }

        ReadOnlySpan<byte> method = "GET"u8;
        if (!method.TryCopyTo(_buffer.AsSpan(Length)))
        {
            return Violation.FieldsTooLarge;
        }

        _head.Method = RequestMethod.Get;
        _head.MethodRange = new TextRange(Length, method.Length);
        Length += method.Length;
        _head.IsExtendedConnect = true;
        _head.UpgradeRange = _protocol;
        return Violation.None;
    }

    private Violation FinishFraming(bool endsStream)
    {
        long length = _framing.ContentLength;
        if (_head.IsExtendedConnect)
        {
            return length >= 0 ? Violation.FramingWithoutContent : Violation.None;
        }

        if (endsStream && length > 0)
        {
            return Violation.ContentLengthMismatch;
        }

        _head.ContentLength = length;
        _head.Framing = length >= 0 ? BodyFraming.ContentLength : endsStream ? BodyFraming.None : BodyFraming.Chunked;
        return Violation.None;
    }

    // RFC 9113, section 8.2.3: the crumbs become one line again before they go where nobody joins them.
    private bool TryJoinCookies()
    {
        FieldTable fields = _head.Fields;
        var writer = new HeadWriter(_buffer.AsSpan(Length));
        writer.Append("cookie: "u8);
        FieldFlags flags = FieldFlags.None;
        ReadOnlySpan<byte> separator = default;
        for (int line = fields.IndexOf(KnownField.Cookie); line >= 0; line = fields.IndexOf(KnownField.Cookie, line + 1))
        {
            writer.Append(separator);
            writer.Append(fields.Value(line));
            flags |= fields[line].Flags;
            separator = "; "u8;
        }

        writer.Append("\r\n"u8);
        if (writer.Overflowed)
        {
            return false;
        }

        int valueOffset = Length + "cookie: ".Length;
        fields.Unite(new Field(Length, "cookie".Length, valueOffset, Length + writer.Length - 2 - valueOffset, KnownField.Cookie, flags));
        Length += writer.Length;
        return true;
    }

    private readonly struct Sink(RequestSectionReader reader) : IFieldSink
    {
        public void OnField(in Field field, FieldFault fault, bool isStored) => reader.OnField(field, fault, isStored);
    }
}
