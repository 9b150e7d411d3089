namespace Sluice.Http.Representations;

/// <summary>How much something is wanted among others (RFC 9110, section 12.4.2), in thousandths.</summary>
public static class Weight
{
    /// <summary>What is wanted as much as can be, which is also what is said without a weight.</summary>
    public const int Whole = 1000;

    /// <summary>The weight among parameters: 0 for not at all, to <see cref="Whole"/>. A malformed one is no wish at all.</summary>
    /// <param name="parameters">What is behind the first semicolon; may be empty.</param>
    public static int In(ReadOnlySpan<byte> parameters)
    {
        while (!parameters.IsEmpty)
        {
            int end = parameters.IndexOf((byte)';');
            ReadOnlySpan<byte> parameter = (end < 0 ? parameters : parameters[..end]).Trim(" \t"u8);
            parameters = end < 0 ? default : parameters[(end + 1)..];
            if (parameter.Length >= 2 && (parameter[0] | 0x20) == 'q' && parameter[1] == '=')
            {
                return Parse(parameter[2..]);
            }
        }

        return Whole;
    }

    // "0" or "1", and up to three decimals.
    private static int Parse(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > 5 || text[0] is not ((byte)'0' or (byte)'1') || (text.Length > 1 && text[1] != '.'))
        {
            return 0;
        }

        int weight = (text[0] - '0') * Whole;
        int unit = Whole;
        for (int i = 2; i < text.Length; i++)
        {
            if (!char.IsAsciiDigit((char)text[i]))
            {
                return 0;
            }

            unit /= 10;
            weight += (text[i] - '0') * unit;
        }

        return Math.Min(weight, Whole);
    }
}
