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
    private const string ServicePrefix = "srv+";
    private const int HttpPort = 80;
    private const int HttpsPort = 443;

    /// <summary>Reads <c>http://host:port</c> (without a port: 80), <c>https://host:port</c> (443), <c>unix:/path</c>, or <c>srv+http://_service._tcp.name</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ServerAddress? address, [NotNullWhen(false)] out ValueProblem? problem)
    {
        address = null;
        string? hint = text.StartsWith(UnixScheme, StringComparison.Ordinal)
            ? ParseUnix(text[UnixScheme.Length..], out address)
            : text.StartsWith(ServicePrefix, StringComparison.OrdinalIgnoreCase)
                ? ParseService(text[ServicePrefix.Length..], out address)
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

    // RFC 2782: the service and its protocol, each behind an underscore, and the domain.
    private static string? ParseService(string text, out ServerAddress? address)
    {
        address = null;
        bool isHttps = text.StartsWith(HttpsScheme, StringComparison.OrdinalIgnoreCase);
        if (!isHttps && !text.StartsWith(HttpScheme, StringComparison.OrdinalIgnoreCase))
        {
            return "`srv+http://` or `srv+https://`";
        }

        string name = text[(isHttps ? HttpsScheme : HttpScheme).Length..].TrimEnd('/').ToLowerInvariant();
        string[] labels = name.Split('.');
        bool isService = HostName.IsName(name) && labels.Length > 2 && labels[0].StartsWith('_') && labels[1].StartsWith('_') && !labels[^1].StartsWith('_');
        address = isService ? new ServerAddress { Service = name, IsHttps = isHttps } : null;
        return isService ? null : "behind `srv+` the name of SRV records, without a port: `srv+http://_http._tcp.example.com`";
    }

    // Returns what is wrong, or null.
    private static string? ParseHttp(string text, out ServerAddress? address)
    {
        address = null;
        bool isHttps = text.StartsWith(HttpsScheme, StringComparison.OrdinalIgnoreCase);
        if (!isHttps && !text.StartsWith(HttpScheme, StringComparison.OrdinalIgnoreCase))
        {
            return text.Contains("://", StringComparison.Ordinal) ? "only `http://`, `https://`, `unix:`, `srv+http://` and `srv+https://` are known" : $"with a scheme: `http://{text}`?";
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
