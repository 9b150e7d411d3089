using System.Globalization;
using System.Text;
using Sluice.Http.Http1;

namespace Sluice.Http.Representations;

/// <summary>Writes <c>Content-Range</c> (RFC 9110, section 14.4).</summary>
public static class ContentRange
{
    /// <summary>The most bytes a line takes.</summary>
    public const int LineBytesMax = 96;

    private const int DigitsMax = 18;

    private static ReadOnlySpan<byte> Unit => "bytes "u8;

    /// <summary>Reads the value that a response with one part has, of a representation whose length is known (section 14.4).</summary>
    /// <param name="value">Of the field.</param>
    /// <param name="first">The first byte.</param>
    /// <param name="last">The last one.</param>
    /// <param name="completeLength">How long all of it is; longer than where the last byte is.</param>
    public static bool TryParse(ReadOnlySpan<byte> value, out long first, out long last, out long completeLength)
    {
        first = last = completeLength = 0;
        if (value.Length < Unit.Length || !Ascii.EqualsIgnoreCase(value[..Unit.Length], Unit))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = value[Unit.Length..];
        int dash = rest.IndexOf((byte)'-');
        int slash = rest.IndexOf((byte)'/');
        return dash > 0 && slash > dash
            && TryParseNumber(rest[..dash], out first) && TryParseNumber(rest[(dash + 1)..slash], out last) && TryParseNumber(rest[(slash + 1)..], out completeLength)
            && first <= last && last < completeLength;
    }

    /// <summary>The line for a part.</summary>
    public static void Append(ref HeadWriter writer, in ByteRange range, long completeLength)
    {
        writer.Append("Content-Range: bytes "u8);
        writer.AppendNumber(range.Offset);
        writer.Append("-"u8);
        writer.AppendNumber(range.Last);
        writer.Append("/"u8);
        writer.AppendNumber(completeLength);
        writer.Append("\r\n"u8);
    }

    /// <summary>The line of a 416 (section 15.5.17).</summary>
    public static void AppendUnsatisfied(ref HeadWriter writer, long completeLength)
    {
        writer.Append("Content-Range: bytes */"u8);
        writer.AppendNumber(completeLength);
        writer.Append("\r\n"u8);
    }

    // Digits and nothing else; 18 of them are no overflow.
    private static bool TryParseNumber(ReadOnlySpan<byte> text, out long number)
    {
        number = 0;
        return text.Length <= DigitsMax && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9') && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
