using System.Diagnostics.CodeAnalysis;

namespace Sluice.Http.Addresses;

/// <summary>An IPv4 or IPv6 address as a value: no allocation to parse, compare or write one.</summary>
/// <param name="Bits">The address as a 128-bit number; IPv4 addresses are kept in their IPv4-mapped form, <c>::ffff:a.b.c.d</c>.</param>
public readonly record struct IpAddress(UInt128 Bits)
{
    /// <summary>The longest text that <see cref="TryFormat"/> writes, in bytes.</summary>
    public const int TextBytesMax = 39;

    private const ulong MappedPrefix = 0x0000_FFFF_0000_0000;

    /// <summary>Whether this is an IPv4 address, or an IPv6 one that stands for it (<c>::ffff:a.b.c.d</c>): they are the same value here.</summary>
    public bool IsIpv4 => (ulong)(Bits >> 64) == 0 && ((ulong)Bits & 0xFFFF_FFFF_0000_0000) == MappedPrefix;

    /// <summary>Makes an IPv4 address.</summary>
    /// <param name="address">In host order: 127.0.0.1 is 0x7F000001.</param>
    public static IpAddress FromIpv4(uint address) => new(new UInt128(0, MappedPrefix | address));

    /// <summary>
    /// Reads an address in its text form: four decimal numbers without leading zeros, or RFC 4291, section 2.2. No brackets, port, zone, spaces, octal,
    /// hexadecimal or shortened IPv4 form. <c>::ffff:a.b.c.d</c> is folded into a.b.c.d.
    /// </summary>
    /// <returns>False when the text is not exactly one address.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out IpAddress address)
    {
        if (text.Contains((byte)':'))
        {
            bool isIpv6 = Ipv6Text.TryParse(text, out UInt128 bits);
            address = new IpAddress(bits);
            return isIpv6;
        }

        bool isIpv4 = Ipv4Text.TryParse(text, out uint ipv4);
        address = isIpv4 ? FromIpv4(ipv4) : default;
        return isIpv4;
    }

    /// <summary>Reads an address from characters; for configuration. The rules are those of the other overload.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out IpAddress address)
    {
        address = default;
        if (text is null || text.Length is 0 or > Ipv6Text.BytesMax)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[Ipv6Text.BytesMax];
        return System.Text.Ascii.FromUtf16(text, bytes, out int written) == System.Buffers.OperationStatus.Done
            && TryParse(bytes[..written], out address);
    }

    /// <summary>Writes the address: dotted decimal for IPv4, RFC 5952 for IPv6 (lower case, the longest run of zeros as <c>::</c>), without brackets.</summary>
    /// <returns>False when the destination is too short; <see cref="TextBytesMax"/> bytes always do.</returns>
    public bool TryFormat(Span<byte> destination, out int length) =>
        IsIpv4 ? Ipv4Text.TryFormat((uint)Bits, destination, out length) : Ipv6Text.TryFormat(Bits, destination, out length);

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<byte> text = stackalloc byte[TextBytesMax];
        return TryFormat(text, out int length) ? System.Text.Encoding.ASCII.GetString(text[..length]) : string.Empty;
    }
}
