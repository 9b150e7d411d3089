using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Sluice.Http.Addresses;

/// <summary>A range of addresses in CIDR notation (RFC 4632, RFC 4291 section 2.3), such as <c>10.0.0.0/8</c>; a lone address is a range of one.</summary>
/// <param name="Network">The first address; its bits behind the prefix are zero.</param>
/// <param name="PrefixLength">0 to 128, counted in the 128-bit form: an IPv4 <c>/8</c> is 104.</param>
public readonly record struct IpRange(IpAddress Network, int PrefixLength)
{
    private const int Ipv4PrefixLength = 96;

    /// <summary>
    /// Reads <c>address</c> or <c>address/length</c>; the length is 0 to 32 for IPv4 and 0 to 128 for IPv6, in decimal without leading zeros.
    /// </summary>
    /// <returns>False for anything else, and for an address with bits behind the prefix: <c>10.0.0.1/8</c> is more likely a slip than a wish.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out IpRange range)
    {
        range = default;
        if (text is null)
        {
            return false;
        }

        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!IpAddress.TryParse(slash < 0 ? text : text[..slash], out IpAddress network))
        {
            return false;
        }

        // Written with colons it is counted in 128 bits, even when it lies in the IPv4-mapped space.
        int offset = text.Contains(':', StringComparison.Ordinal) ? 0 : Ipv4PrefixLength;
        int length = 128 - offset;
        if (slash >= 0 && !TryParseLength(text.AsSpan(slash + 1), length, out length))
        {
            return false;
        }

        if ((network.Bits & ~MaskOf(offset + length)) != 0)
        {
            return false;
        }

        range = new IpRange(network, offset + length);
        return true;
    }

    /// <summary>
    /// Whether the address lies in the range. IPv4 addresses lie in IPv4 ranges only: <c>::/0</c> means every IPv6 address, not every address.
    /// </summary>
    public bool Contains(IpAddress address) =>
        ((address.Bits ^ Network.Bits) & MaskOf(PrefixLength)) == 0 && (PrefixLength >= Ipv4PrefixLength || !address.IsIpv4);

    /// <inheritdoc/>
    public override string ToString()
    {
        int length = Network.IsIpv4 && PrefixLength >= Ipv4PrefixLength ? PrefixLength - Ipv4PrefixLength : PrefixLength;
        return string.Create(CultureInfo.InvariantCulture, $"{Network}/{length}");
    }

    private static UInt128 MaskOf(int prefixLength) => prefixLength == 0 ? UInt128.Zero : UInt128.MaxValue << (128 - prefixLength);

    private static bool TryParseLength(ReadOnlySpan<char> text, int max, out int length)
    {
        length = 0;
        return text.Length is > 0 and <= 3
            && (text.Length == 1 || text[0] != '0')
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out length)
            && length <= max;
    }
}
