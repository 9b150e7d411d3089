using Sluice.Http.Headers;

namespace Sluice.Http.Http1;

/// <summary>
/// Reads the trailers of chunked content (RFC 9112, section 7.1.2) into memory of its own, since the buffer they arrive in is used again. Fields that have no
/// place in trailers are checked like the others and then dropped (RFC 9110, section 6.5.1).
/// </summary>
internal sealed class TrailerReader
{
    private const int FieldCapacityMax = 1024;
    private const int InitialBytes = 256;

    private LineScanner _lines;
    private HeadLimits _limits;
    private byte[] _bytes = [];
    private int _length;
    private int _fieldCount;

    internal FieldTable Fields { get; } = new(FieldCapacityMax);

    /// <summary>Begins the next trailers.</summary>
    internal void Begin(HeadLimits limits)
    {
        Fields.Clear();
        _lines.StartAt(0);
        _limits = limits;
        _length = 0;
        _fieldCount = 0;
    }

    /// <summary>Takes in bytes up to the empty line that ends the trailers.</summary>
    internal ReadStatus Read(ReadOnlySpan<byte> bytes, out int consumed, out Violation violation)
    {
        consumed = 0;
        violation = Violation.None;
        while (consumed < bytes.Length)
        {
            consumed += Append(bytes[consumed..]);
            ReadStatus status = ReadLine(out bool isEmpty, out violation);
            if (status == ReadStatus.Failed || isEmpty)
            {
                return status;
            }
        }

        return ReadStatus.NeedMore;
    }

    // Up to the end of the line, so that nothing behind the trailers is taken. Two bytes more than allowed are enough to see that it is too much.
    private int Append(ReadOnlySpan<byte> bytes)
    {
        int lineFeed = bytes.IndexOf(FieldBytes.LineFeed);
        int count = Math.Min(lineFeed < 0 ? bytes.Length : lineFeed + 1, Math.Max(_limits.FieldBytesMax, 0) + 2 - _length);
        if (_bytes.Length < _length + count)
        {
            Array.Resize(ref _bytes, Math.Max(_length + count, Math.Max(InitialBytes, _bytes.Length * 2)));
        }

        bytes[..count].CopyTo(_bytes.AsSpan(_length));
        _length += count;
        Fields.Buffer = _bytes;
        return count;
    }

    private ReadStatus ReadLine(out bool isEmpty, out Violation violation)
    {
        isEmpty = false;
        int start = _lines.LineStart;
        ReadStatus status = _lines.FindEnd(_bytes, _length, _limits.FieldBytesMax - start, Violation.FieldsTooLarge, out int lineEnd, out violation);
        if (status != ReadStatus.Done)
        {
            return status;
        }

        _lines.StartAt(lineEnd + 2);
        isEmpty = start == lineEnd;
        violation = isEmpty ? Violation.None : ReadField(start, lineEnd);
        return violation == Violation.None ? ReadStatus.Done : ReadStatus.Failed;
    }

    private Violation ReadField(int start, int lineEnd)
    {
        Violation violation = FieldLine.Parse(_bytes.AsSpan(start, lineEnd - start), start, out Field field);
        if (violation != Violation.None)
        {
            return violation;
        }

        if (++_fieldCount > _limits.FieldCountMax)
        {
            return Violation.TooManyFields;
        }

        return TrailerFields.IsAllowed(field, _bytes) && !Fields.TryAdd(field) ? Violation.TooManyFields : Violation.None;
    }
}
