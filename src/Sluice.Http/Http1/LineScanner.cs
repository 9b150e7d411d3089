using Sluice.Http.Headers;

namespace Sluice.Http.Http1;

/// <summary>
/// Finds the lines of a head one after the other, looking at every byte once. A line ends in CRLF; any other control character but HTAB is refused as soon as
/// it is seen (RFC 9112, section 2.2; RFC 9110, section 5.5). What it finds does not depend on how the bytes arrive.
/// </summary>
internal struct LineScanner
{
    private int _scanned;

    /// <summary>Where the line begins that is being looked for.</summary>
    internal int LineStart { get; private set; }

    /// <summary>Begins a line.</summary>
    internal void StartAt(int offset)
    {
        LineStart = offset;
        _scanned = offset;
    }

    /// <summary>Looks for the end of the line.</summary>
    /// <param name="buffer">Filled up to <paramref name="end"/>.</param>
    /// <param name="end">Absolute.</param>
    /// <param name="bytesMax">The longest line with its CRLF. An empty line is never too long.</param>
    /// <param name="tooLong">The violation when it is longer; known before its end is there.</param>
    /// <param name="lineEnd">Where its CRLF is.</param>
    /// <param name="violation">The reason for <see cref="ReadStatus.Failed"/>.</param>
    internal ReadStatus FindEnd(byte[] buffer, int end, int bytesMax, Violation tooLong, out int lineEnd, out Violation violation)
    {
        violation = Violation.None;
        int found = buffer.AsSpan(_scanned, end - _scanned).IndexOfAny(FieldBytes.LineBreaking);
        lineEnd = found < 0 ? end : _scanned + found;
        _scanned = lineEnd;
        if (lineEnd - LineStart > Math.Max(bytesMax - 2, 0))
        {
            violation = tooLong;
            return ReadStatus.Failed;
        }

        if (found < 0)
        {
            return ReadStatus.NeedMore;
        }

        byte value = buffer[lineEnd];
        if (value == FieldBytes.CarriageReturn)
        {
            if (lineEnd + 1 == end)
            {
                return ReadStatus.NeedMore;
            }

            if (buffer[lineEnd + 1] == FieldBytes.LineFeed)
            {
                return ReadStatus.Done;
            }
        }

        violation = value switch
        {
            FieldBytes.CarriageReturn => Violation.BareCr,
            FieldBytes.LineFeed => Violation.BareLf,
            _ => Violation.ControlCharacter,
        };
        return ReadStatus.Failed;
    }
}
