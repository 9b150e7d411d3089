using Sluice.Http.Headers;

namespace Sluice.Http.Http1;

/// <summary><c>HTTP-version SP status-code SP [reason-phrase]</c> (RFC 9112, section 4).</summary>
internal static class StatusLine
{
    // "HTTP/1.1 200"
    private const int BytesMin = 12;

    /// <summary>
    /// Reads a status line into a head whose buffer is set. The space behind the status code may be missing when there is no reason: many servers leave
    /// it out, and it can't be misread.
    /// </summary>
    internal static Violation Parse(ResponseHead head, int start, int end)
    {
        ReadOnlySpan<byte> line = head.Fields.Buffer.AsSpan(start, end - start);
        if (line.Length < BytesMin || !line.StartsWith("HTTP/"u8) || line[6] != '.' || line[8] != FieldBytes.Space
            || (line.Length > BytesMin && line[BytesMin] != FieldBytes.Space && !char.IsAsciiDigit((char)line[BytesMin])))
        {
            return Violation.InvalidStatusLine;
        }

        if (line[5] != '1' || line[7] is not ((byte)'0' or (byte)'1'))
        {
            bool isVersion = char.IsAsciiDigit((char)line[5]) && char.IsAsciiDigit((char)line[7]);
            return isVersion ? Violation.UnsupportedVersion : Violation.InvalidStatusLine;
        }

        if (!TryParseCode(line[9..], out int status))
        {
            return Violation.InvalidStatusCode;
        }

        head.MinorVersion = line[7] - '0';
        head.Status = status;
        head.ReasonRange = line.Length > BytesMin ? new TextRange(start + BytesMin + 1, line.Length - BytesMin - 1) : default;
        return Violation.None;
    }

    /// <summary>Reads exactly three digits, or three and a space: "1000" is no status, nor is it 100 with a reason of "0".</summary>
    internal static bool TryParseCode(ReadOnlySpan<byte> text, out int status)
    {
        status = 0;
        if (text.Length < 3 || (text.Length > 3 && text[3] != FieldBytes.Space))
        {
            return false;
        }

        foreach (byte digit in text[..3])
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            status = (status * 10) + (digit - '0');
        }

        return status is >= 100 and <= 599;
    }
}
