using System.Diagnostics.CodeAnalysis;
using System.Text;
using Sluice.Http.Http1;
using Sluice.Http.Uris;
using Sluice.Proxy.Caching;

namespace Sluice.Admin.Api;

/// <summary>What is to be removed from the cache, as an operator writes it: brought to the spelling that requests are stored by. Any thread.</summary>
public static class PurgeText
{
    private const int HttpPort = 80;
    private const int HttpsPort = 443;

    // What a request line may have, and far more than any host or tag.
    private const int CharsMax = 16 * 1024;

    /// <summary>Reads one.</summary>
    /// <param name="kind">How the text is meant.</param>
    /// <param name="text">An URL, the beginning of one, a host or a tag; nothing for everything.</param>
    /// <param name="isSoft">Whether it only becomes stale.</param>
    /// <param name="purge">What is to be removed, unless there is a problem.</param>
    /// <param name="problem">What is wrong, in one line.</param>
    public static bool TryRead(
        CachePurgeKind kind, string text, bool isSoft, [NotNullWhen(true)] out CachePurge? purge, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        string? canonical = null;
        problem = text.Length > CharsMax ? "that is too long" : kind switch
        {
            CachePurgeKind.Url or CachePurgeKind.Prefix => ReadUrl(text, kind, out canonical),
            CachePurgeKind.Host => ReadHost(text, out canonical),
            CachePurgeKind.Tag => ReadTag(text, out canonical),
            _ => text.Length == 0 ? null : "everything needs no text",
        };
        purge = problem is null ? new CachePurge(kind, canonical ?? "", isSoft) : null;
        return problem is null;
    }

    private static string? ReadUrl(string text, CachePurgeKind kind, out string? canonical)
    {
        canonical = null;
        bool isHttps = text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        if (!isHttps && !text.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        {
            return text.StartsWith('/')
                ? $"`{text}` is relative: which host is meant? Such as https://shop.example{text}"
                : $"`{text}` is not an URL: it begins with http:// or https://";
        }

        if (kind == CachePurgeKind.Prefix && text.EndsWith('*'))
        {
            return $"`{text}` is a prefix without the star, too: {text.TrimEnd('*')}";
        }

        // The fragment never leaves a browser.
        string scheme = isHttps ? "https://" : "http://";
        string rest = text[scheme.Length..].Split('#')[0];
        int end = rest.IndexOfAny(['/', '?']);
        string authority = end < 0 ? rest : rest[..end];
        string target = end < 0 ? "/" : rest[end] == '?' ? "/" + rest[end..] : rest[end..];
        if (Canonicalize(authority, isHttps ? HttpsPort : HttpPort) is not { } host)
        {
            return $"`{authority}` is not a host";
        }

        int question = target.IndexOf('?', StringComparison.Ordinal);
        if (CanonicalizePath(question < 0 ? target : target[..question]) is not { } path)
        {
            return $"`{target}` is not a path that a request can have";
        }

        string query = question < 0 ? "" : Escape(target[question..]);
        if (query.Length > 0 && QueryCheck.Check(Encoding.ASCII.GetBytes(query[1..])) != Violation.None)
        {
            return $"`{query}` is not a query that a request can have";
        }

        canonical = scheme + host + path + query;
        return null;
    }

    private static string? ReadHost(string text, out string? canonical)
    {
        // Without a scheme the default port of either goes without saying.
        canonical = Canonicalize(text, HttpPort);
        if (canonical?.EndsWith($":{HttpsPort}", StringComparison.Ordinal) == true)
        {
            canonical = Canonicalize(text, HttpsPort);
        }

        return canonical is not null ? null
            : text.Contains("://", StringComparison.Ordinal) ? $"`{text}` is an URL: the host alone, such as shop.example"
            : $"`{text}` is not a host, such as shop.example or shop.example:8443";
    }

    private static string? ReadTag(string text, out string? canonical)
    {
        canonical = text.Trim();
        bool isTag = canonical.Length > 0 && canonical.All(letter => letter is >= ' ' and <= '~' and not ',');
        return isTag ? null : $"`{text}` is not a tag: printable ASCII without commas";
    }

    private static string? Canonicalize(string authority, int defaultPort)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(authority);
        byte[] scratch = new byte[AuthorityParser.ScratchBytes];
        return AuthorityParser.TryParse(bytes, defaultPort, scratch, out AuthorityParts parts)
            ? Encoding.ASCII.GetString(parts.IsRewritten ? scratch : bytes, 0, parts.AuthorityLength)
            : null;
    }

    private static string? CanonicalizePath(string path)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(Escape(path));
        byte[] destination = new byte[bytes.Length];
        return PathCanonicalizer.Canonicalize(bytes, destination, out int length) == Violation.None ? Encoding.ASCII.GetString(destination, 0, length) : null;
    }

    // As browsers send what is typed in other letters.
    private static string Escape(string text) =>
        string.Concat(Encoding.UTF8.GetBytes(text).Select(value => value < 0x80 ? ((char)value).ToString() : $"%{value:X2}"));
}
