namespace Sluice.Http.Uris;

/// <summary>Hexadecimal digits of either case (RFC 5234, appendix B.1, and RFC 3986, section 2.1).</summary>
internal static class HexDigit
{
    /// <summary>0 to 15, or -1 for a byte that is no digit.</summary>
    internal static int ValueOf(byte digit)
    {
        int value = digit - '0';
        if ((uint)value <= 9)
        {
            return value;
        }

        value = (digit | 0x20) - 'a';
        return (uint)value <= 5 ? value + 10 : -1;
    }

    /// <summary>The upper-case digit of a value of 0 to 15.</summary>
    internal static byte UpperOf(int value) => "0123456789ABCDEF"u8[value];
}
