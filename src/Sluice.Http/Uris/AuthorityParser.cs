using System.Text;
using Sluice.Http.Addresses;

namespace Sluice.Http.Uris;

/// <summary>
/// Reads <c>host[:port]</c>, as <c>Host</c> and absolute targets have it (RFC 9110, section 7.2; RFC 3986, section 3.2), and brings it to one spelling:
/// lower case, no trailing dot, no default port, IPv6 by RFC 5952. Refused: user information, escapes, commas, empty labels and ports, zones, and
/// numeric names that are not plain IPv4 addresses.
/// </summary>
public static class AuthorityParser
{
    /// <summary>A longer canonical form can't come out; enough scratch memory for every text.</summary>
    public const int ScratchBytes = HostBytesMax + 1 + PortBytesMax;

    // RFC 1035, section 2.3.4: 255 octets on the wire are 253 as text.
    private const int HostBytesMax = 253;
    private const int LabelBytesMax = 63;
    private const int PortBytesMax = 6;

    /// <summary>Parses an authority.</summary>
    /// <param name="text">All of it and nothing else.</param>
    /// <param name="defaultPort">The port that goes without saying: 80, or 443 with TLS.</param>
    /// <param name="scratch">At least <see cref="ScratchBytes"/> long; takes the canonical form when it differs from the text.</param>
    /// <param name="parts">Where the canonical form is.</param>
    /// <returns>False when the text is not one host and at most one port.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, int defaultPort, Span<byte> scratch, out AuthorityParts parts)
    {
        parts = default;
        if (text.IsEmpty || text.Length > ScratchBytes)
        {
            return false;
        }

        return text[0] == '[' ? TryParseLiteral(text, defaultPort, scratch, out parts) : TryParseName(text, defaultPort, scratch, out parts);
    }

    private static bool TryParseName(ReadOnlySpan<byte> text, int defaultPort, Span<byte> scratch, out AuthorityParts parts)
    {
        parts = default;
        int colon = text.IndexOf((byte)':');
        ReadOnlySpan<byte> host = colon < 0 ? text : text[..colon];
        if (!TryParsePort(colon < 0 ? default : text[colon..], defaultPort, out int port))
        {
            return false;
        }

        bool hasUpper = host.ContainsAnyExcept(UriBytes.LowerHostName);
        if (hasUpper && host.ContainsAnyExcept(UriBytes.HostName))
        {
            return false;
        }

        bool hasDot = host is [.., (byte)'.'];
        host = hasDot ? host[..^1] : host;
        if (!AreLabelsValid(host))
        {
            return false;
        }

        if (!hasUpper && (port == 0 || !hasDot))
        {
            parts = new AuthorityParts(host.Length, port == 0 ? host.Length : text.Length, port, IsRewritten: false);
            return true;
        }

        Ascii.ToLower(host, scratch, out int length);
        parts = AppendPort(scratch, length, port);
        return true;
    }

    // IP-literal (RFC 3986, section 3.2.2) without IPvFuture, which nothing speaks.
    private static bool TryParseLiteral(ReadOnlySpan<byte> text, int defaultPort, Span<byte> scratch, out AuthorityParts parts)
    {
        parts = default;
        int close = text.IndexOf((byte)']');
        if (close < 0 || !text[..close].Contains((byte)':') || !IpAddress.TryParse(text[1..close], out IpAddress address)
            || !TryParsePort(text[(close + 1)..], defaultPort, out int port))
        {
            return false;
        }

        // A mapped address in brackets keeps them, so that it stays another host than the IPv4 address, as for any other server.
        ReadOnlySpan<byte> prefix = address.IsIpv4 ? "[::ffff:"u8 : "["u8;
        prefix.CopyTo(scratch);
        address.TryFormat(scratch[prefix.Length..], out int length);
        length += prefix.Length;
        scratch[length++] = (byte)']';
        parts = AppendPort(scratch, length, port);
        return true;
    }

    private static AuthorityParts AppendPort(Span<byte> scratch, int hostLength, int port)
    {
        int length = hostLength;
        if (port != 0)
        {
            scratch[length++] = (byte)':';
            port.TryFormat(scratch[length..], out int digits);
            length += digits;
        }

        return new AuthorityParts(hostLength, length, port, IsRewritten: true);
    }

    // Nothing, or a colon and a number from 1 to 65535 without leading zeros. RFC 3986 allows an empty port too; servers disagree on it.
    private static bool TryParsePort(ReadOnlySpan<byte> text, int defaultPort, out int port)
    {
        port = 0;
        if (text.IsEmpty)
        {
            return true;
        }

        if (text.Length is < 2 or > PortBytesMax || text[0] != ':' || text[1] == '0')
        {
            return false;
        }

        foreach (byte digit in text[1..])
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            port = (port * 10) + (digit - '0');
        }

        bool isValid = port <= ushort.MaxValue;
        port = port == defaultPort ? 0 : port;
        return isValid;
    }

    private static bool AreLabelsValid(ReadOnlySpan<byte> host)
    {
        if (host.IsEmpty || host.Length > HostBytesMax || host[0] == '.' || host[^1] == '.' || host.IndexOf(".."u8) >= 0)
        {
            return false;
        }

        if (host.Length > LabelBytesMax && HasLongLabel(host))
        {
            return false;
        }

        // "127.1", "2130706433" and "0x7f.1" are addresses to some resolvers and names to others.
        ReadOnlySpan<byte> last = host[(host.LastIndexOf((byte)'.') + 1)..];
        bool isNumeric = !last.ContainsAnyExceptInRange((byte)'0', (byte)'9') || (last.Length > 1 && last[0] == '0' && (last[1] | 0x20) == 'x');
        return !isNumeric || Ipv4Text.TryParse(host, out _);
    }

    private static bool HasLongLabel(ReadOnlySpan<byte> host)
    {
        while (host.Length > LabelBytesMax)
        {
            int dot = host.IndexOf((byte)'.');
            if (dot is < 0 or > LabelBytesMax)
            {
                return true;
            }

            host = host[(dot + 1)..];
        }

        return false;
    }
}
