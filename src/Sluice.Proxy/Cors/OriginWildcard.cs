using System.Buffers;
using System.Text;

namespace Sluice.Proxy.Cors;

/// <summary>An origin with wildcards: <c>https://*.example.com</c>, <c>http://localhost:*</c>. Immutable.</summary>
internal sealed class OriginWildcard
{
    // What browsers write in the host of an origin; anything else could be made to look like a name below another.
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("-.0123456789_abcdefghijklmnopqrstuvwxyz"u8);

    private readonly byte[] _scheme;
    private readonly byte[] _host;
    private readonly byte[] _port;
    private readonly bool _anyName;
    private readonly bool _anyPort;

    /// <summary>Takes a checked pattern apart.</summary>
    public OriginWildcard(string text)
    {
        int hostStart = text.IndexOf("://", StringComparison.Ordinal) + 3;
        int hostEnd = PortStart(Encoding.ASCII.GetBytes(text[hostStart..])) + hostStart;
        string host = text[hostStart..hostEnd];
        _scheme = Encoding.ASCII.GetBytes(text[..hostStart]);
        _anyName = host.StartsWith("*.", StringComparison.Ordinal);
        _host = Encoding.ASCII.GetBytes(_anyName ? host[1..] : host);
        _anyPort = text.EndsWith(":*", StringComparison.Ordinal);
        _port = Encoding.ASCII.GetBytes(_anyPort ? "" : text[hostEnd..]);
    }

    /// <summary>Whether an origin is one of them.</summary>
    public bool Matches(ReadOnlySpan<byte> origin)
    {
        if (!origin.StartsWith(_scheme))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = origin[_scheme.Length..];
        int portStart = PortStart(rest);
        return MatchesHost(rest[..portStart]) && (_anyPort ? IsPort(rest[portStart..]) : rest[portStart..].SequenceEqual(_port));
    }

    private bool MatchesHost(ReadOnlySpan<byte> host)
    {
        if (!_anyName)
        {
            return host.SequenceEqual(_host);
        }

        // The pattern's host begins with the dot.
        int nameLength = host.Length - _host.Length;
        if (nameLength <= 0 || !host.EndsWith(_host))
        {
            return false;
        }

        ReadOnlySpan<byte> name = host[..nameLength];
        return !name.ContainsAnyExcept(NameBytes) && name[0] != '.' && name[^1] != '.' && name.IndexOf(".."u8) < 0;
    }

    // Where the port begins, with its colon; IPv6 addresses in brackets have colons of their own.
    private static int PortStart(ReadOnlySpan<byte> authority)
    {
        int colon = authority.LastIndexOf((byte)':');
        return colon > authority.LastIndexOf((byte)']') ? colon : authority.Length;
    }

    private static bool IsPort(ReadOnlySpan<byte> port) =>
        port.IsEmpty || (port.Length is >= 2 and <= 6 && port[0] == ':' && !port[1..].ContainsAnyExceptInRange((byte)'0', (byte)'9'));
}
