using System.Diagnostics.CodeAnalysis;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Values;

/// <summary>Reads the URLs of servers, from a file or the command line.</summary>
public static class ServerUrl
{
    private const string HttpScheme = "http://";
    private const string UnixScheme = "unix:";
    private const string HttpsScheme = "https://";
    private const int HttpPort = 80;
    private const int HttpsPort = 443;

    /// <summary>Reads <c>http://host:port</c> (without a port: 80), <c>https://host:port</c> (443) or <c>unix:/path</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ServerAddress? address, [NotNullWhen(false)] out ValueProblem? problem)
    {
        address = null;
        string? hint = text.StartsWith(UnixScheme, StringComparison.Ordinal)
            ? ParseUnix(text[UnixScheme.Length..], out address)
            : ParseHttp(text, out address);
        problem = hint is null ? null : new ValueProblem(DiagnosticCodes.InvalidServerUrl, $"`{text}` is not the URL of a server", hint);
        return address is not null;
    }

    /// <summary>Whether a text is meant to be a URL rather than a name.</summary>
    public static bool IsUrl(string text) =>
        text.Contains("://", StringComparison.Ordinal) || text.StartsWith(UnixScheme, StringComparison.Ordinal);

    private static string? ParseUnix(string path, out ServerAddress? address)
    {
        string? problem = ListenAddress.FindUnixPathProblem(path);
        address = problem is null ? new ServerAddress { UnixPath = path } : null;
        return problem;
    }

    // Returns what is wrong, or null.
    private static string? ParseHttp(string text, out ServerAddress? address)
    {
        address = null;
        bool isHttps = text.StartsWith(HttpsScheme, StringComparison.OrdinalIgnoreCase);
        if (!isHttps && !text.StartsWith(HttpScheme, StringComparison.OrdinalIgnoreCase))
        {
            return text.Contains("://", StringComparison.Ordinal) ? "only `http://`, `https://` and `unix:` are known" : $"with a scheme: `http://{text}`?";
        }

        string authority = text[(isHttps ? HttpsScheme : HttpScheme).Length..];
        int end = authority.IndexOfAny(['/', '?', '#']);
        if (end >= 0 && authority[end..] != "/")
        {
            return "only host and port: no path, query or fragment";
        }

        authority = end >= 0 ? authority[..end] : authority;
        if (authority.Contains('@', StringComparison.Ordinal))
        {
            return "no credentials in the URL of a server";
        }

        return ParseAuthority(authority, isHttps, out address);
    }

    private static string? ParseAuthority(string authority, bool isHttps, out ServerAddress? address)
    {
        address = null;
        int colon = authority.LastIndexOf(':');
        bool hasPort = colon > authority.LastIndexOf(']');
        int port = isHttps ? HttpsPort : HttpPort;
        if (hasPort && (!ListenAddress.TryParsePort(authority.AsSpan(colon + 1), out port) || port == 0))
        {
            return "the port is 1 to 65535";
        }

        string host = hasPort ? authority[..colon] : authority;
        if (!HostName.IsHost(host))
        {
            return host.Length == 0 ? "the host is missing" : $"`{host}` is not a host name or address";
        }

        address = new ServerAddress { Host = host.Trim('[', ']').ToLowerInvariant(), Port = port, IsHttps = isHttps };
        return null;
    }
}
