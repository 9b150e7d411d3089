using System.Buffers.Text;
using System.Diagnostics;

namespace Sluice.Http.Headers;

/// <summary>Dates in fields (RFC 9110, section 5.6.7): the preferred form, and the two obsolete ones that a recipient must understand. Allocates nothing.</summary>
public static class HttpDate
{
    /// <summary>How long the preferred form is, in bytes.</summary>
    public const int Bytes = 29;

    private const int Rfc850Bytes = 22;
    private const int AscTimeBytes = 24;

    // A year in two digits that would be more than 50 years ahead is of the century before (RFC 9110, section 5.6.7).
    private const int YearsAheadMax = 50;

    private static ReadOnlySpan<byte> Days => "SunMonTueWedThuFriSat"u8;

    private static ReadOnlySpan<byte> Months => "JanFebMarAprMayJunJulAugSepOctNovDec"u8;

    /// <summary>Reads a date in any of the three forms.</summary>
    /// <param name="text">The value of a field.</param>
    /// <param name="unixSeconds">Seconds since 1970, UTC; may be below 0.</param>
    /// <returns>False for anything else, such as <c>0</c>.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out long unixSeconds)
    {
        unixSeconds = 0;
        int comma = text.IndexOf((byte)',');
        if (comma == 3 && text.Length == Bytes)
        {
            // Sun, 06 Nov 1994 08:49:37 GMT
            return DayOf(text[..3]) >= 0 && text[3..5].SequenceEqual(", "u8) && text[7] == ' ' && text[11] == ' ' && text[16] == ' '
                && text[25..].SequenceEqual(" GMT"u8) && TryNumber(text[12..16], out int year)
                && TryJoin(year, text[8..11], text[5..7], text[17..25], out unixSeconds);
        }

        if (comma > 3 && text.Length - comma - 2 == Rfc850Bytes)
        {
            // Sunday, 06-Nov-94 08:49:37 GMT
            ReadOnlySpan<byte> rest = text[(comma + 2)..];
            return DayOf(text[..3]) >= 0 && text[comma + 1] == ' ' && rest[2] == '-' && rest[6] == '-' && rest[9] == ' '
                && rest[18..].SequenceEqual(" GMT"u8) && TryNumber(rest[7..9], out int year)
                && TryJoin(CenturyOf(year), rest[3..6], rest[..2], rest[10..18], out unixSeconds);
        }

        if (comma < 0 && text.Length == AscTimeBytes)
        {
            // Sun Nov  6 08:49:37 1994
            return DayOf(text[..3]) >= 0 && text[3] == ' ' && text[7] == ' ' && text[10] == ' ' && text[19] == ' ' && TryNumber(text[20..], out int year)
                && TryJoin(year, text[4..7], text[8] == ' ' ? text[9..10] : text[8..10], text[11..19], out unixSeconds);
        }

        return false;
    }

    /// <summary>Writes the preferred form.</summary>
    /// <param name="unixSeconds">Seconds since 1970, UTC, of a year from 1 to 9999.</param>
    /// <param name="destination">Room for <see cref="Bytes"/>.</param>
    public static void Write(long unixSeconds, Span<byte> destination)
    {
        bool isWritten = DateTimeOffset.FromUnixTimeSeconds(unixSeconds).TryFormat(destination, out int length, "r");
        Debug.Assert(isWritten && length == Bytes, "The form has one length.");
    }

    private static int DayOf(ReadOnlySpan<byte> name) => Days.IndexOf(name) is int at && at % 3 == 0 ? at / 3 : -1;

    private static int CenturyOf(int year)
    {
        int now = DateTime.UtcNow.Year;
        int full = (now / 100 * 100) + year;
        return full > now + YearsAheadMax ? full - 100 : full;
    }

    private static bool TryJoin(int year, ReadOnlySpan<byte> month, ReadOnlySpan<byte> day, ReadOnlySpan<byte> time, out long unixSeconds)
    {
        unixSeconds = 0;
        int at = Months.IndexOf(month);
        if (at < 0 || at % 3 != 0 || year == 0 || !TryNumber(day, out int dayNumber) || dayNumber < 1
            || dayNumber > DateTime.DaysInMonth(year, (at / 3) + 1) || time[2] != ':' || time[5] != ':'
            || !TryNumber(time[..2], out int hour) || !TryNumber(time[3..5], out int minute) || !TryNumber(time[6..], out int second))
        {
            return false;
        }

        // A leap second is one (RFC 9110 refers to the grammar of RFC 5322).
        if (hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }

        var midnight = new DateTime(year, (at / 3) + 1, dayNumber, 0, 0, 0, DateTimeKind.Utc);
        unixSeconds = ((midnight.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond) + (hour * 3600) + (minute * 60) + second;
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<byte> digits, out int number) =>
        Utf8Parser.TryParse(digits, out number, out int read) && read == digits.Length && digits[0] is >= (byte)'0' and <= (byte)'9';
}
