namespace Sluice.Http.Caching;

/// <summary>Times in whole seconds, as directives and <c>Age</c> have them (RFC 9111, section 1.2.2).</summary>
public static class DeltaSeconds
{
    /// <summary>What stands for every longer time: 2^31 s, over 68 years.</summary>
    public const long Max = 1L << 31;

    /// <summary>Reads digits and nothing else. However many there are, the time is <see cref="Max"/> at most.</summary>
    /// <param name="text">Without quotes and blanks.</param>
    /// <param name="seconds">0 to <see cref="Max"/>.</param>
    /// <returns>False when it is no such number: empty, signed, with a fraction.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out long seconds)
    {
        seconds = 0;
        if (text.IsEmpty || text.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }

        foreach (byte digit in text)
        {
            seconds = Math.Min(Max, (seconds * 10) + (digit - '0'));
        }

        return true;
    }

    /// <summary>Brings the outcome of a calculation into the range of 0 to <see cref="Max"/>: an overflow is infinity and never a negative value.</summary>
    public static uint Clamp(long seconds) => (uint)Math.Clamp(seconds, 0, Max);
}
