namespace Sluice.Http.Addresses;

/// <summary>The dotted decimal form of IPv4 addresses (RFC 3986, section 3.2.2, IPv4address). Other spellings are refused: systems disagree on them.</summary>
internal static class Ipv4Text
{
    internal const int BytesMax = 15;

    internal static bool TryParse(ReadOnlySpan<byte> text, out uint address)
    {
        address = 0;
        if (text.Length is < 7 or > BytesMax)
        {
            return false;
        }

        int at = 0;
        for (int part = 0; part < 4; part++)
        {
            if (part > 0 && (at >= text.Length || text[at++] != '.'))
            {
                return false;
            }

            if (!TryReadOctet(text, ref at, out uint octet))
            {
                return false;
            }

            address = (address << 8) | octet;
        }

        return at == text.Length;
    }

    internal static bool TryFormat(uint address, Span<byte> destination, out int length)
    {
        length = 0;
        for (int shift = 24; shift >= 0; shift -= 8)
        {
            if (!((byte)(address >> shift)).TryFormat(destination[length..], out int written))
            {
                return false;
            }

            length += written;
            if (shift > 0)
            {
                if (length == destination.Length)
                {
                    return false;
                }

                destination[length++] = (byte)'.';
            }
        }

        return true;
    }

    // 0 to 255, without leading zeros: "010" is eight to some and ten to others.
    private static bool TryReadOctet(ReadOnlySpan<byte> text, ref int at, out uint octet)
    {
        octet = 0;
        int start = at;
        while (at < text.Length && at - start < 3 && char.IsAsciiDigit((char)text[at]))
        {
            octet = (octet * 10) + (uint)(text[at] - '0');
            at++;
        }

        int digits = at - start;
        return digits > 0 && octet <= 255 && (digits == 1 || text[start] != '0');
    }
}
