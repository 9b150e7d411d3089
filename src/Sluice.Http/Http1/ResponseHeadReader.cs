using System.Diagnostics;
using System.Text;
using Sluice.Http.Headers;

namespace Sluice.Http.Http1;

/// <summary>
/// Reads the head of a response, line by line as its bytes arrive (RFC 9112, sections 2 and 4 to 6). As strict as the reader of requests where the end of
/// the message is concerned: a server that confuses us would poison the responses of other clients. Fields that are merely there twice are forwarded so.
/// Steady state allocates nothing.
/// </summary>
public sealed class ResponseHeadReader(ResponseHead head)
{
    private readonly ResponseHead _head = head;
    private LineScanner _lines;
    private ConnectionOptions _connection;
    private FramingFields _framing;
    private HeadLimits _limits;
    private RequestMethod _requestMethod;
    private ReadStatus _status = ReadStatus.Done;
    private int _fieldsStart;
    private bool _inFields;

    /// <summary>Absolute, right behind the empty line that ends the head; valid once <see cref="ReadStatus.Done"/>.</summary>
    public int HeadEnd { get; private set; }

    /// <summary>The reason for <see cref="ReadStatus.Failed"/>.</summary>
    public Violation Violation { get; private set; }

    /// <summary>Begins the next response. Resets the head.</summary>
    /// <param name="offset">Where it begins in the buffer that <see cref="Read"/> will be given.</param>
    /// <param name="limits">How large it may become.</param>
    /// <param name="requestMethod">What it answers: a response to HEAD has no content.</param>
    public void Begin(int offset, HeadLimits limits, RequestMethod requestMethod)
    {
        _head.Reset();
        _lines.StartAt(offset);
        _connection = default;
        _framing = default;
        _limits = limits;
        _requestMethod = requestMethod;
        _status = ReadStatus.NeedMore;
        _inFields = false;
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
                violation = ReadLine(buffer, start, lineEnd);
            }

            if (violation != Violation.None)
            {
                Violation = violation;
                _status = ReadStatus.Failed;
            }
        }

        return _status;
    }

    private Violation ReadLine(byte[] buffer, int start, int lineEnd)
    {
        if (!_inFields)
        {
            _inFields = true;
            _fieldsStart = lineEnd + 2;
            return StatusLine.Parse(_head, start, lineEnd);
        }

        if (start == lineEnd)
        {
            HeadEnd = lineEnd + 2;
            _status = ReadStatus.Done;
            return Finish();
        }

        return ReadField(buffer, start, lineEnd);
    }

    private Violation ReadField(byte[] buffer, int start, int lineEnd)
    {
        Violation violation = FieldLine.Parse(buffer.AsSpan(start, lineEnd - start), start, out Field field);
        if (violation != Violation.None)
        {
            return violation;
        }

        if (_head.Fields.Count >= _limits.FieldCountMax)
        {
            return Violation.TooManyFields;
        }

        violation = field.Known switch
        {
            KnownField.Connection => _connection.Read(buffer.AsSpan(field.ValueOffset, field.ValueLength)),
            KnownField.ContentLength => _framing.ReadContentLength(buffer, field),
            KnownField.TransferEncoding => _framing.ReadTransferEncoding(buffer, field),
            _ => Violation.None,
        };

        return violation == Violation.None && !_head.Fields.TryAdd(field) ? Violation.TooManyFields : violation;
    }

    private Violation Finish()
    {
        Violation violation = FinishFraming();
        if (violation != Violation.None)
        {
            return violation;
        }

        FieldTable fields = _head.Fields;
        _head.KeepAlive = !_connection.Close && (_head.MinorVersion == 1 || _connection.KeepAlive) && _head.Framing != BodyFraming.UntilClose;
        if (_connection.HasNominations)
        {
            ConnectionOptions.MarkNominated(fields);
        }

        if (fields.TryGet(KnownField.KeepAlive, out ReadOnlySpan<byte> keepAlive))
        {
            _head.KeepAliveTimeoutSeconds = ParseTimeout(keepAlive);
        }

        if (_connection.Upgrade && fields.Contains(KnownField.Upgrade))
        {
            violation = UpgradeField.Find(fields, out TextRange protocol);
            _head.UpgradeRange = protocol;
        }

        return violation;
    }

    // RFC 9112, section 6.3, in its order. 1xx and 204 must not have framing fields (RFC 9110, section 8.6; RFC 9112, section 6.1): a server that sends
    // them may send content as well. Content-Length: 0 is harmless and common, so it passes; the forwarder does not repeat it.
    private Violation FinishFraming()
    {
        Violation violation = _framing.Check(_head.MinorVersion);
        if (violation != Violation.None)
        {
            return violation;
        }

        _head.ContentLength = _framing.ContentLength;
        if (_head.Status is < 200 or 204)
        {
            return _framing.HasTransferEncoding || _framing.ContentLength > 0 ? Violation.FramingWithoutContent : Violation.None;
        }

        _head.Framing = _head.Status == 304 || _requestMethod == RequestMethod.Head ? BodyFraming.None
            : _framing.HasTransferEncoding ? BodyFraming.Chunked
            : _framing.ContentLength >= 0 ? BodyFraming.ContentLength
            : BodyFraming.UntilClose;
        return Violation.None;
    }

    // A hint, so what can't be read is as if it were not there.
    private static int ParseTimeout(ReadOnlySpan<byte> value)
    {
        foreach (ReadOnlySpan<byte> parameter in new ListElements(value))
        {
            int equals = parameter.IndexOf((byte)'=');
            if (equals > 0 && Ascii.EqualsIgnoreCase(parameter[..equals], "timeout"u8))
            {
                ReadOnlySpan<byte> number = parameter[(equals + 1)..];
                return int.TryParse(number, System.Globalization.NumberStyles.None, null, out int seconds) ? seconds : -1;
            }
        }

        return -1;
    }
}
