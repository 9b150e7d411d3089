using Sluice.Http.Headers;
using Sluice.Proxy.Workers;

namespace Sluice.Proxy.Retries;

/// <summary>When a server wants to be asked again (RFC 9110, section 10.2.3): in so many seconds, or at a date.</summary>
internal static class RetryAfterField
{
    private const int TooManyRequests = 429;
    private const int ServiceUnavailable = 503;
    private const int DigitsMax = 12;

    /// <summary>The milliseconds that a response asks for; 0 when it asks for none, the date has passed, or it is neither a number nor a date.</summary>
    public static long Read(int status, FieldTable fields, WorkerClock clock)
    {
        if (status is not (TooManyRequests or ServiceUnavailable) || !fields.TryGet(KnownField.RetryAfter, out ReadOnlySpan<byte> value))
        {
            return 0;
        }

        return IsNumber(value) ? ReadSeconds(value)
            : HttpDate.TryParse(value, out long unixSeconds) ? Math.Max((unixSeconds * 1_000) - clock.UnixMs, 0)
            : 0;
    }

    private static bool IsNumber(ReadOnlySpan<byte> value) => !value.IsEmpty && value.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;

    // Longer than any wait, whatever the number is that doesn't fit.
    private static long ReadSeconds(ReadOnlySpan<byte> digits)
    {
        digits = digits.TrimStart((byte)'0');
        if (digits.Length > DigitsMax)
        {
            return long.MaxValue;
        }

        long seconds = 0;
        foreach (byte digit in digits)
        {
            seconds = (seconds * 10) + digit - '0';
        }

        return seconds * 1_000;
    }
}
