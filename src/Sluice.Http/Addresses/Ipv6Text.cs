using Sluice.Http.Uris;

namespace Sluice.Http.Addresses;

/// <summary>The text form of IPv6 addresses: read by RFC 4291, section 2.2, written by RFC 5952, section 4. No zones.</summary>
internal static class Ipv6Text
{
    // Six groups of four digits, then an embedded IPv4 address.
    internal const int BytesMax = 45;

    private const int GroupCount = 8;

    internal static bool TryParse(ReadOnlySpan<byte> text, out UInt128 bits)
    {
        bits = default;
        Span<ushort> groups = stackalloc ushort[GroupCount];
        if (text.Length is < 2 or > BytesMax || !TryReadGroups(text, groups, out int count, out int gap))
        {
            return false;
        }

        // "::" stands for at least one group of zeros; without it all eight must be there.
        if (gap < 0 ? count != GroupCount : count > GroupCount - 1)
        {
            return false;
        }

        int behindGap = gap < 0 ? 0 : count - gap;
        for (int i = 0; i < GroupCount; i++)
        {
            int source = gap < 0 || i < gap ? i : i - (GroupCount - count);
            bool isZero = gap >= 0 && i >= gap && i < GroupCount - behindGap;
            bits = (bits << 16) | (isZero ? 0u : groups[source]);
        }

        return true;
    }

    internal static bool TryFormat(UInt128 bits, Span<byte> destination, out int length)
    {
        length = 0;
        (int runStart, int runLength) = FindLongestZeroRun(bits);
        for (int i = 0; i < GroupCount; i++)
        {
            if (i == runStart)
            {
                if (!TryAppend(destination, ref length, "::"u8))
                {
                    return false;
                }

                i += runLength - 1;
                continue;
            }

            bool needsColon = i > 0 && i != runStart + runLength;
            if ((needsColon && !TryAppend(destination, ref length, ":"u8))
                || !GroupAt(bits, i).TryFormat(destination[length..], out int written, "x"))
            {
                return false;
            }

            length += written;
        }

        return true;
    }

    private static bool TryReadGroups(ReadOnlySpan<byte> text, Span<ushort> groups, out int count, out int gap)
    {
        count = 0;
        gap = -1;
        int at = 0;
        if (text.StartsWith("::"u8))
        {
            gap = 0;
            at = 2;
        }

        while (at < text.Length)
        {
            if (count == GroupCount)
            {
                return false;
            }

            if (count <= GroupCount - 2 && Ipv4Text.TryParse(text[at..], out uint ipv4))
            {
                groups[count++] = (ushort)(ipv4 >> 16);
                groups[count++] = (ushort)ipv4;
                return true;
            }

            if (!TryReadGroup(text, ref at, out groups[count++]) || !TryReadSeparator(text, ref at, count, ref gap))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryReadGroup(ReadOnlySpan<byte> text, ref int at, out ushort group)
    {
        int value = 0;
        int start = at;
        while (at < text.Length && at - start < 4 && HexDigit.ValueOf(text[at]) >= 0)
        {
            value = (value << 4) | HexDigit.ValueOf(text[at]);
            at++;
        }

        group = (ushort)value;
        return at > start;
    }

    private static bool TryReadSeparator(ReadOnlySpan<byte> text, ref int at, int count, ref int gap)
    {
        if (at == text.Length)
        {
            return true;
        }

        if (text[at] != ':' || at + 1 == text.Length)
        {
            return false;
        }

        at++;
        if (text[at] != ':')
        {
            return true;
        }

        at++;
        bool isFirstGap = gap < 0;
        gap = count;
        return isFirstGap;
    }

    // Only runs of two and more are shortened, the first of the longest ones (RFC 5952, sections 4.2.2 and 4.2.3).
    private static (int Start, int Length) FindLongestZeroRun(UInt128 bits)
    {
        int bestStart = -1;
        int bestLength = 1;
        int length = 0;
        for (int i = 0; i < GroupCount; i++)
        {
            length = GroupAt(bits, i) == 0 ? length + 1 : 0;
            if (length > bestLength)
            {
                bestStart = i - length + 1;
                bestLength = length;
            }
        }

        return bestStart < 0 ? (-1, 0) : (bestStart, bestLength);
    }

    private static ushort GroupAt(UInt128 bits, int index) => (ushort)(bits >> (112 - (16 * index)));

    private static bool TryAppend(Span<byte> destination, ref int length, ReadOnlySpan<byte> text)
    {
        if (!text.TryCopyTo(destination[length..]))
        {
            return false;
        }

        length += text.Length;
        return true;
    }
}
