namespace Sluice.Http.Uris;

/// <summary>Decodes names and values of a query as forms write them (WHATWG URL, section 5.1): escapes, and <c>+</c> for a blank.</summary>
public static class FormDecoder
{
    /// <summary>Decodes a text. An escape that is none stays as it is.</summary>
    /// <param name="text">One name or value.</param>
    /// <param name="destination">At least as long as the text.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Decode(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            byte value = text[i];
            if (value == '%' && i + 2 < text.Length && HexDigit.ValueOf(text[i + 1]) is >= 0 and int high && HexDigit.ValueOf(text[i + 2]) is >= 0 and int low)
            {
                value = (byte)((high << 4) | low);
                i += 2;
            }
            else if (value == '+')
            {
                value = (byte)' ';
            }

            destination[length++] = value;
        }

        return length;
    }

    /// <summary>Whether a text means another when it is decoded, without memory to decode it to.</summary>
    /// <param name="text">One name or value.</param>
    /// <param name="plain">The other, without escapes.</param>
    public static bool Means(ReadOnlySpan<byte> text, ReadOnlySpan<byte> plain)
    {
        Span<byte> value = stackalloc byte[3];
        foreach (byte expected in plain)
        {
            if (text.IsEmpty)
            {
                return false;
            }

            bool isEscape = text[0] == '%' && text.Length >= 3 && Decode(text[..3], value) == 1;
            int width = isEscape ? 3 : 1;
            _ = Decode(text[..width], value);
            if (value[0] != expected)
            {
                return false;
            }

            text = text[width..];
        }

        return text.IsEmpty;
    }
}
