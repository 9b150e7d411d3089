using System.Diagnostics;
using System.Text;
using Sluice.Http.Headers;
using Sluice.Http.Uris;

namespace Sluice.Http.Http1;

/// <summary>
/// Reads the head of a request, line by line as its bytes arrive (RFC 9112, sections 2 to 6). Strict: what is ambiguous is refused. The outcome is the same for
/// every way the bytes may be split up. Steady state allocates nothing.
/// </summary>
public sealed class RequestHeadReader(RequestHead head)
{
    private static readonly ulong ExaminedMask = KnownFields.RequestSingletonMask
        | KnownFields.MaskOf(KnownField.Host, KnownField.ContentLength, KnownField.TransferEncoding, KnownField.Connection);

    private static readonly ulong FinishedMask = KnownFields.MaskOf(KnownField.Upgrade, KnownField.Expect, KnownField.Te);

    private readonly RequestHead _head = head;
    private LineScanner _lines;
    private ConnectionOptions _connection;
    private FramingFields _framing;
    private HeadLimits _limits;
    private ReadStatus _status = ReadStatus.Done;
    private int _defaultPort;
    private int _fieldsStart;
    private bool _sawEmptyLine;
    private bool _inFields;

    /// <summary>Absolute, where the head begins: what was given to <see cref="Begin"/>.</summary>
    public int HeadStart { get; private set; }

    /// <summary>Absolute, right behind the empty line that ends the head; valid once <see cref="ReadStatus.Done"/>.</summary>
    public int HeadEnd { get; private set; }

    /// <summary>The reason for <see cref="ReadStatus.Failed"/>.</summary>
    public Violation Violation { get; private set; }

    /// <summary>Begins the next request. Resets the head.</summary>
    /// <param name="offset">Where it begins in the buffer that <see cref="Read"/> will be given.</param>
    /// <param name="limits">How large it may become.</param>
    /// <param name="defaultPort">80; 443 on a connection with TLS.</param>
    public void Begin(int offset, HeadLimits limits, int defaultPort = 80)
    {
        _head.Reset();
        _lines.StartAt(offset);
        _connection = default;
        _framing = default;
        _limits = limits;
        _status = ReadStatus.NeedMore;
        _defaultPort = defaultPort;
        _sawEmptyLine = false;
        _inFields = false;
        HeadStart = offset;
        HeadEnd = offset;
        Violation = Violation.None;
    }

    /// <summary>Takes in what has arrived.</summary>
    /// <param name="buffer">May be another array than before, with the same bytes at the same offsets.</param>
    /// <param name="end">Absolute; never less than before.</param>
    /// <returns>Once it is not <see cref="ReadStatus.NeedMore"/>, it stays the same until <see cref="Begin"/>.</returns>
    public ReadStatus Read(byte[] buffer, int end)
    {
        Debug.Assert(end <= buffer.Length, "The end lies within the buffer.");
        _head.Rebind(buffer);
        while (_status == ReadStatus.NeedMore)
        {
            int start = _lines.LineStart;
            if (!_inFields && start < end && buffer[start] is 0x16)
            {
                // The first byte of a TLS record that carries a ClientHello (RFC 8446, section 5.1).
                return Fail(Violation.TlsHandshake);
            }

            int bytesMax = _inFields ? _limits.FieldBytesMax - (start - _fieldsStart) : _limits.LineBytesMax;
            Violation tooLong = _inFields ? Violation.FieldsTooLarge : Violation.StartLineTooLong;
            ReadStatus status = _lines.FindEnd(buffer, end, bytesMax, tooLong, out int lineEnd, out Violation violation);
            if (status == ReadStatus.NeedMore)
            {
                return status;
            }

            if (violation == Violation.None)
            {
                _lines.StartAt(lineEnd + 2);
                violation = _inFields ? ReadField(buffer, start, lineEnd) : ReadStart(start, lineEnd);
            }

            if (violation != Violation.None)
            {
                return Fail(violation);
            }
        }

        return _status;
    }

    private ReadStatus Fail(Violation violation)
    {
        Violation = violation;
        _status = ReadStatus.Failed;
        return _status;
    }

    // One empty line before the request is skipped (RFC 9112, section 2.2): old clients send one behind the content of a POST.
    private Violation ReadStart(int start, int lineEnd)
    {
        if (start == lineEnd)
        {
            bool isSecond = _sawEmptyLine;
            _sawEmptyLine = true;
            return isSecond ? Violation.LeadingEmptyLines : Violation.None;
        }

        _inFields = true;
        _fieldsStart = lineEnd + 2;
        return RequestLine.Parse(_head, start, lineEnd, _defaultPort);
    }

    private Violation ReadField(byte[] buffer, int start, int lineEnd)
    {
        if (start == lineEnd)
        {
            HeadEnd = lineEnd + 2;
            _status = ReadStatus.Done;
            return Finish();
        }

        Violation violation = FieldLine.Parse(buffer.AsSpan(start, lineEnd - start), start, out Field field);
        if (violation != Violation.None)
        {
            return violation;
        }

        if (_head.Fields.Count >= _limits.FieldCountMax)
        {
            return Violation.TooManyFields;
        }

        if ((ExaminedMask & KnownFields.MaskOf(field.Known)) != 0)
        {
            violation = Examine(buffer, field);
        }
        else if (field.Flags == FieldFlags.Underscore && FramingFields.IsUnderscored(buffer.AsSpan(field.NameOffset, field.NameLength)))
        {
            violation = Violation.UnderscoredFraming;
        }

        return violation == Violation.None && !_head.Fields.TryAdd(field) ? Violation.TooManyFields : violation;
    }

    private Violation Examine(byte[] buffer, in Field field) => field.Known switch
    {
        KnownField.Connection => _connection.Read(buffer.AsSpan(field.ValueOffset, field.ValueLength)),
        KnownField.ContentLength => _framing.ReadContentLength(buffer, field),
        KnownField.TransferEncoding => _framing.ReadTransferEncoding(buffer, field),
        KnownField.Host => _head.Fields.Contains(KnownField.Host) ? Violation.DuplicateHost : Violation.None,
        _ => _head.Fields.Contains(field.Known) ? Violation.DuplicateField : Violation.None,
    };

    // 1. framing, 2. connection, 3. host, 4. what is rare.
    private Violation Finish()
    {
        Violation violation = _framing.Check(_head.MinorVersion);
        if (violation != Violation.None)
        {
            return violation;
        }

        _head.ContentLength = _framing.ContentLength;
        _head.Framing = _framing.HasTransferEncoding ? BodyFraming.Chunked
            : _framing.ContentLength >= 0 ? BodyFraming.ContentLength
            : BodyFraming.None;

        _head.KeepAlive = !_connection.Close && (_head.MinorVersion == 1 || _connection.KeepAlive);
        if (_connection.HasNominations)
        {
            ConnectionOptions.MarkNominated(_head.Fields);
        }

        violation = HostField.Settle(_head, _defaultPort, isRequired: _head.MinorVersion == 1);
        return violation == Violation.None && (_head.Fields.Present & FinishedMask) != 0 ? FinishRareFields() : violation;
    }

    private Violation FinishRareFields()
    {
        TeField.Read(_head);
        Violation violation = ExpectField.Read(_head);
        if (violation != Violation.None)
        {
            return violation;
        }

        return _head.Fields.Contains(KnownField.Upgrade) && CanUpgrade() ? FinishUpgrade() : Violation.None;
    }

    private bool CanUpgrade() =>
        _connection.Upgrade && _head.MinorVersion == 1 && _head.Method == RequestMethod.Get && !_head.HasBody;

    private Violation FinishUpgrade()
    {
        Violation violation = UpgradeField.Find(_head.Fields, out TextRange protocol);
        if (violation != Violation.None)
        {
            return violation;
        }

        _head.UpgradeRange = protocol;
        bool isWebSocket = Ascii.EqualsIgnoreCase(_head.UpgradeToken, "websocket"u8);
        bool hasKey = _head.Fields.TryGet(KnownField.SecWebSocketKey, out ReadOnlySpan<byte> key) && !key.IsEmpty;
        return isWebSocket && !hasKey ? Violation.MissingWebSocketKey : Violation.None;
    }
}
