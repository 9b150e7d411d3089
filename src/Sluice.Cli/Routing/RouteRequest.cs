using System.Text;
using Sluice.Http.Addresses;
using Sluice.Http.Http1;
using Sluice.Proxy.Plans;

namespace Sluice.Cli.Routing;

/// <summary>A request as a client would send it for a URL, read by the parser that the proxy reads with: so it is refused or made canonical in the same way.</summary>
internal sealed class RouteRequest
{
    private const int HttpPort = 80;
    private const int HttpsPort = 443;

    private RouteRequest(bool isHttps, string authority, string target)
    {
        IsHttps = isHttps;
        Authority = authority;
        Target = target;
    }

    /// <summary>Whether the scheme is https.</summary>
    internal bool IsHttps { get; }

    /// <summary>Host and port as in the URL.</summary>
    internal string Authority { get; }

    /// <summary>Path and query as in the URL.</summary>
    internal string Target { get; }

    /// <summary>The canonical request; of use when <see cref="Violation"/> is none.</summary>
    internal RequestHead Head { get; } = new();

    /// <summary>The rule for which it would be refused.</summary>
    internal Violation Violation { get; private set; }

    /// <summary>The name that the TLS handshake would ask for: the host of the URL, unless it is an address (RFC 6066, section 3); empty without TLS.</summary>
    internal ReadOnlySpan<byte> ServerName
    {
        get
        {
            string host = Authority.Split(':')[0].ToLowerInvariant();
            bool isName = IsHttps && host.Length > 0 && host[0] != '[' && !IpAddress.TryParse(host, out _);
            return isName ? Encoding.ASCII.GetBytes(host) : default;
        }
    }

    /// <summary>The path as it would be sent.</summary>
    internal string RawPath => Target.Split('?')[0];

    /// <summary>Splits a URL. Nothing is decoded or normalised, since that is what is to be explained.</summary>
    /// <returns>Null when it has no scheme, or another than http and https.</returns>
    internal static RouteRequest? TryParse(string url)
    {
        bool isHttps = url.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        if (!isHttps && !url.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        // Clients keep the fragment to themselves.
        string rest = url[(url.IndexOf("://", StringComparison.Ordinal) + 3)..].Split('#')[0];
        int end = rest.IndexOfAny(['/', '?']);
        string authority = end < 0 ? rest : rest[..end];
        string target = end < 0 ? "/" : rest[end] == '?' ? "/" + rest[end..] : rest[end..];
        return authority.Length == 0 ? null : new RouteRequest(isHttps, authority, target);
    }

    /// <summary>Writes it as a head and reads it.</summary>
    /// <param name="method">The method.</param>
    /// <param name="headers">Field lines without line ends; a <c>Host</c> takes the place of the URL's.</param>
    /// <param name="limits">Those of the configuration.</param>
    internal void Read(string method, IReadOnlyList<string> headers, ProxyLimits limits)
    {
        bool hasHost = headers.Any(header => header.StartsWith("host:", StringComparison.OrdinalIgnoreCase));
        string host = hasHost ? "" : $"Host: {Authority}\r\n";
        byte[] head = Encoding.UTF8.GetBytes($"{method} {Target} HTTP/1.1\r\n{host}{string.Concat(headers.Select(header => header + "\r\n"))}\r\n");
        var reader = new RequestHeadReader(Head);
        var headLimits = new HeadLimits(limits.RequestLineBytesMax, limits.RequestFieldBytesMax, limits.RequestFieldCountMax);
        reader.Begin(0, headLimits, IsHttps ? HttpsPort : HttpPort);
        reader.Read(head, head.Length);
        Violation = reader.Violation;
    }
}
