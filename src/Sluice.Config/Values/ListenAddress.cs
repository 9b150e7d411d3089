using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;

namespace Sluice.Config.Values;

/// <summary>Reads addresses to listen on, from a file or the command line.</summary>
public static class ListenAddress
{
    // sun_path holds 108 bytes, the last of them zero (unix(7)).
    private const int UnixPathBytesMax = 107;

    private const string Examples = "such as `:8080`, `127.0.0.1:8080`, `[::1]:8080`, `unix:/run/sluice.sock`";

    /// <summary>
    /// Reads <c>:8080</c> and <c>*:8080</c> (all addresses, IPv4 and IPv6), <c>8080</c> (the same), <c>127.0.0.1:8080</c>, <c>localhost:8080</c>
    /// (127.0.0.1), <c>[::1]:8080</c> or <c>unix:/path</c>. Port 0 lets the kernel choose.
    /// </summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out EndPoint? endPoint, [NotNullWhen(false)] out ValueProblem? problem)
    {
        endPoint = null;
        string? hint = text.StartsWith("unix:", StringComparison.Ordinal) ? ParseUnix(text["unix:".Length..], out endPoint) : ParseIp(text, out endPoint);
        problem = endPoint is null ? new ValueProblem(DiagnosticCodes.InvalidListenAddress, $"`{text}` is not an address to listen on", hint) : null;
        return endPoint is not null;
    }

    /// <summary>What is wrong with the path of a unix socket, or null.</summary>
    internal static string? FindUnixPathProblem(string path) =>
        !path.StartsWith('/') || path.Contains('\0', StringComparison.Ordinal) ? "the path of the socket must be absolute: `unix:/run/…`"
        : Encoding.UTF8.GetByteCount(path) > UnixPathBytesMax ? $"the path of a socket has at most {UnixPathBytesMax} bytes"
        : path.EndsWith('/') ? "the path is that of a directory"
        : null;

    private static string? ParseUnix(string path, out EndPoint? endPoint)
    {
        string? problem = FindUnixPathProblem(path);
        endPoint = problem is null ? new UnixDomainSocketEndPoint(path) : null;
        return problem;
    }

    private static string? ParseIp(string text, out EndPoint? endPoint)
    {
        endPoint = null;
        if (text.Contains("://", StringComparison.Ordinal))
        {
            return "no scheme: " + Examples;
        }

        int colon = text.LastIndexOf(':');
        if (!TryParsePort(text.AsSpan(colon + 1), out int port))
        {
            return text.Contains('.', StringComparison.Ordinal) && colon < 0 ? $"add a port: `{text}:8080`" : Examples;
        }

        string host = colon < 0 ? "" : text[..colon];
        IPAddress? address = host switch
        {
            "" or "*" => IPAddress.IPv6Any,
            "localhost" => IPAddress.Loopback,
            _ => ParseAddress(host),
        };
        endPoint = address is null ? null : new IPEndPoint(address, port);
        return host.StartsWith('[') || !host.Contains(':', StringComparison.Ordinal)
            ? "an IP address, or none for all: " + Examples
            : "put IPv6 addresses in brackets";
    }

    private static IPAddress? ParseAddress(string host)
    {
        bool isBracketed = host.Length > 2 && host[0] == '[' && host[^1] == ']';
        string bare = isBracketed ? host[1..^1] : host;
        bool isIpv6 = bare.Contains(':', StringComparison.Ordinal);

        // Zones ("%eth0") name an interface, which the listener doesn't know; IPAddress would take them, and odd IPv4 spellings, too.
        return isIpv6 == isBracketed && Http.Addresses.IpAddress.TryParse(bare, out _) ? IPAddress.Parse(bare) : null;
    }

    internal static bool TryParsePort(ReadOnlySpan<char> text, out int port)
    {
        port = 0;
        return text.Length is > 0 and <= 5
            && text.IndexOfAnyExceptInRange('0', '9') < 0
            && int.TryParse(text, out port)
            && port <= ushort.MaxValue;
    }
}
