using System.Buffers;

namespace Sluice.Http.Caching;

/// <summary>
/// Reads bare items and keys of structured fields (RFC 8941, section 4.2; RFC 9651 for dates and display strings). Whatever fails, fails the whole field.
/// </summary>
internal static class StructuredItem
{
    private const int IntegerDigitsMax = 15;
    private const int DecimalDigitsMax = 12;
    private const int FractionDigitsMax = 3;

    private static readonly SearchValues<byte> KeyBytes = SearchValues.Create("*-.0123456789_abcdefghijklmnopqrstuvwxyz"u8);
    private static readonly SearchValues<byte> TokenBytes =
        SearchValues.Create("!#$%&'*+-./0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~"u8);

    private static readonly SearchValues<byte> Base64Bytes =
        SearchValues.Create("+/0123456789=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Takes a key off the beginning (section 4.2.3.3).</summary>
    internal static bool TryTakeKey(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> key)
    {
        key = default;
        if (rest.IsEmpty || !(char.IsAsciiLetterLower((char)rest[0]) || rest[0] == '*'))
        {
            return false;
        }

        key = Take(ref rest, LengthOf(rest, KeyBytes));
        return true;
    }

    /// <summary>Takes a bare item off the beginning (section 4.2.3.1).</summary>
    /// <param name="rest">What is left.</param>
    /// <param name="kind">Its type.</param>
    /// <param name="value">A string without its quotes and with its escapes; a Boolean as one digit.</param>
    internal static bool TryTake(scoped ref ReadOnlySpan<byte> rest, out StructuredKind kind, out ReadOnlySpan<byte> value)
    {
        kind = default;
        value = default;
        if (rest.IsEmpty)
        {
            return false;
        }

        switch (rest[0])
        {
            case (byte)'"':
                kind = StructuredKind.String;
                return TryTakeString(ref rest, out value);
            case (byte)'?':
                kind = StructuredKind.Boolean;
                return TryTakeBoolean(ref rest, out value);
            case (byte)':':
                kind = StructuredKind.Bytes;
                return TryTakeBytes(ref rest, out value);
            case (byte)'@':
                rest = rest[1..];
                return TryTakeNumber(ref rest, out kind, out value) && kind == StructuredKind.Integer && (kind = StructuredKind.Date) == StructuredKind.Date;
            case (byte)'%':
                kind = StructuredKind.DisplayString;
                return TryTakeDisplayString(ref rest, out value);
            case (byte)'*' or (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'a' and <= (byte)'z'):
                kind = StructuredKind.Token;
                value = Take(ref rest, LengthOf(rest, TokenBytes));
                return true;
            default:
                return TryTakeNumber(ref rest, out kind, out value);
        }
    }

    // Section 4.2.4.
    private static bool TryTakeNumber(scoped ref ReadOnlySpan<byte> rest, out StructuredKind kind, out ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> text = rest;
        int sign = !text.IsEmpty && text[0] == '-' ? 1 : 0;
        int digits = DigitsOf(text[sign..]);
        kind = StructuredKind.Integer;
        value = default;
        int length = sign + digits;
        if (digits == 0)
        {
            return false;
        }

        if (length < text.Length && text[length] == '.')
        {
            int fraction = DigitsOf(text[(length + 1)..]);
            kind = StructuredKind.Decimal;
            value = Take(ref rest, length + 1 + fraction);
            return digits <= DecimalDigitsMax && fraction is > 0 and <= FractionDigitsMax;
        }

        value = Take(ref rest, length);
        return digits <= IntegerDigitsMax;
    }

    // Section 4.2.5: printable ASCII; a backslash only before a quote or another backslash.
    private static bool TryTakeString(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> text = rest;
        value = default;
        for (int i = 1; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                value = text[1..i];
                rest = text[(i + 1)..];
                return true;
            }

            if (text[i] is < 0x20 or > 0x7E)
            {
                return false;
            }

            if (text[i] == '\\' && (++i == text.Length || text[i] is not ((byte)'"' or (byte)'\\')))
            {
                return false;
            }
        }

        return false;
    }

    private static bool TryTakeBoolean(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (rest.Length < 2 || rest[1] is not ((byte)'0' or (byte)'1'))
        {
            return false;
        }

        value = Take(ref rest, 2)[1..];
        return true;
    }

    private static bool TryTakeBytes(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> value)
    {
        value = default;
        int close = rest[1..].IndexOf((byte)':');
        if (close < 0 || rest.Slice(1, close).ContainsAnyExcept(Base64Bytes))
        {
            return false;
        }

        value = Take(ref rest, close + 2)[1..^1];
        return true;
    }

    // RFC 9651, section 4.2.10: printable ASCII, and escapes of two lower-case hexadecimal digits.
    private static bool TryTakeDisplayString(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> text = rest;
        value = default;
        if (text.Length < 2 || text[1] != '"')
        {
            return false;
        }

        for (int i = 2; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                value = text[2..i];
                rest = text[(i + 1)..];
                return true;
            }

            bool isEscape = text[i] == '%';
            if (text[i] is < 0x20 or > 0x7E || (isEscape && !(i + 2 < text.Length && IsLowerHex(text[i + 1]) && IsLowerHex(text[i + 2]))))
            {
                return false;
            }
        }

        return false;
    }

    private static bool IsLowerHex(byte value) => char.IsAsciiHexDigitLower((char)value);

    private static int DigitsOf(ReadOnlySpan<byte> text)
    {
        int length = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return length < 0 ? text.Length : length;
    }

    private static int LengthOf(ReadOnlySpan<byte> text, SearchValues<byte> bytes)
    {
        int length = text.IndexOfAnyExcept(bytes);
        return length < 0 ? text.Length : length;
    }

    private static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> rest, int length)
    {
        ReadOnlySpan<byte> taken = rest[..length];
        rest = rest[length..];
        return taken;
    }
}
