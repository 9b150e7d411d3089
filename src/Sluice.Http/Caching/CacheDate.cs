using Sluice.Http.Headers;

namespace Sluice.Http.Caching;

/// <summary>Dates where freshness is calculated: a cache should take them in any case of letters, and no zone but GMT (RFC 9111, section 4.2).</summary>
public static class CacheDate
{
    // The longest form is that of RFC 850 with Wednesday.
    private const int BytesMax = 33;

    /// <summary>Reads a date.</summary>
    /// <param name="text">The value of a field.</param>
    /// <param name="unixSeconds">Seconds since 1970, UTC.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out long unixSeconds)
    {
        unixSeconds = 0;
        if (text.Length > BytesMax)
        {
            return false;
        }

        // Capitals where a word begins, and in the zone.
        Span<byte> spelled = stackalloc byte[BytesMax];
        bool inWord = false;
        for (int i = 0; i < text.Length; i++)
        {
            bool isLetter = char.IsAsciiLetter((char)text[i]);
            bool isZone = i >= text.Length - 3 && text.Contains((byte)',');
            spelled[i] = !isLetter ? text[i] : inWord && !isZone ? (byte)(text[i] | 0x20) : (byte)(text[i] & ~0x20);
            inWord = isLetter;
        }

        return HttpDate.TryParse(spelled[..text.Length], out unixSeconds);
    }

    /// <summary>Reads the first line of a field.</summary>
    /// <returns>False when there is none, or it has no date.</returns>
    public static bool TryGet(FieldTable fields, KnownField field, out long unixSeconds)
    {
        ArgumentNullException.ThrowIfNull(fields);
        unixSeconds = 0;
        return fields.TryGet(field, out ReadOnlySpan<byte> value) && TryParse(value, out unixSeconds);
    }
}
