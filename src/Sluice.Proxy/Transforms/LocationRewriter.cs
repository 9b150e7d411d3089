using System.Text;
using Sluice.Http.Http1;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Proxy.Transforms;

/// <summary>Turns the URLs of a server's own into those that clients can follow: in <c>Location</c>, <c>Content-Location</c> and <c>Refresh</c>.</summary>
/// <remarks>
/// A server's own URL has the authority that it is reached by, or the <c>Host</c> that it was sent; it gets what the client asked for instead. Its path,
/// and that of a URL without an authority, is brought back through the prefixes of the route's rewrite. Everything else stays as it is. Immutable,
/// allocates nothing.
/// </remarks>
internal sealed class LocationRewriter
{
    private const int HostBytesMax = 512;

    private readonly (byte[] From, byte[] To)[] _mappings;
    private readonly byte[] _stripped;
    private readonly byte[] _added;

    /// <summary>Makes it ready.</summary>
    /// <param name="mappings">Beginnings of URLs that go before everything else.</param>
    /// <param name="rewrite">What was done to the path on its way to the server.</param>
    public LocationRewriter(PlanList<PrefixMapping> mappings, RewritePlan? rewrite)
    {
        _mappings = [.. mappings.Select(mapping => (Encoding.ASCII.GetBytes(mapping.From), Encoding.ASCII.GetBytes(mapping.To)))];

        // What an expression or a template made of a path can't be undone.
        bool isPrefixOnly = rewrite is { Replace: null, Regexes.Count: 0 };
        _stripped = Encoding.ASCII.GetBytes(isPrefixOnly ? rewrite!.StripPrefix ?? "" : "");
        _added = Encoding.ASCII.GetBytes(isPrefixOnly ? rewrite!.AddPrefix ?? "" : "");
    }

    /// <summary>Writes the value of a <c>Location</c> or <c>Content-Location</c>.</summary>
    public void Append(ref HeadWriter writer, Exchange exchange, ReadOnlySpan<byte> url)
    {
        // "//host/path" is no path.
        bool isElsewhere = TrySplit(url, out ReadOnlySpan<byte> authority, out ReadOnlySpan<byte> rest);
        foreach ((byte[] from, byte[] to) in _mappings)
        {
            if (BeginsWith(url, from) && !(isElsewhere && from[0] == '/'))
            {
                AppendMapped(ref writer, to, url[from.Length..]);
                return;
            }
        }

        if (!isElsewhere)
        {
            AppendReference(ref writer, url);
        }
        else if (!exchange.Request.Authority.IsEmpty && IsServers(exchange, authority))
        {
            writer.Append(((ITemplateSource)exchange).Scheme);
            writer.Append("://"u8);
            writer.Append(exchange.Request.Authority);
            AppendPath(ref writer, rest);
        }
        else if (Ascii.EqualsIgnoreCase(authority, exchange.Request.Authority))
        {
            writer.Append(url[..^rest.Length]);
            AppendPath(ref writer, rest);
        }
        else
        {
            writer.Append(url);
        }
    }

    /// <summary>Writes the value of a <c>Refresh</c>: seconds, and behind a semicolon <c>url=</c>, maybe in quotes.</summary>
    public void AppendRefresh(ref HeadWriter writer, Exchange exchange, ReadOnlySpan<byte> value)
    {
        int semicolon = value.IndexOfAny((byte)';', (byte)',');
        ReadOnlySpan<byte> after = semicolon < 0 ? default : value[(semicolon + 1)..].TrimStart(" \t"u8);
        if (after.Length < 4 || !Ascii.EqualsIgnoreCase(after[..4], "url="u8))
        {
            writer.Append(value);
            return;
        }

        ReadOnlySpan<byte> url = after[4..].Trim(" \t"u8);
        bool isQuoted = url.Length >= 2 && url[0] is (byte)'"' or (byte)'\'' && url[^1] == url[0];
        ReadOnlySpan<byte> quote = isQuoted ? url[..1] : default;
        writer.Append(value[..^after.Length]);
        writer.Append(after[..4]);
        writer.Append(quote);
        Append(ref writer, exchange, isQuoted ? url[1..^1] : url);
        writer.Append(quote);
    }

    // What follows the mapped beginning is the server's, or of those who made it say so: it is not to become a host, nor a part of one.
    private static void AppendMapped(ref HeadWriter writer, byte[] to, ReadOnlySpan<byte> rest)
    {
        int start = writer.Length;
        writer.Append(to);
        if (to[0] == '/')
        {
            writer.Append(rest);
            LeadingSlashes.CollapseReference(ref writer, start);
            return;
        }

        bool endsInHost = TrySplit(to, out _, out ReadOnlySpan<byte> path) && path.IsEmpty;
        writer.Append(endsInHost && !rest.IsEmpty && rest[0] is not ((byte)'/' or (byte)'?' or (byte)'#') ? "/"u8 : default);
        writer.Append(rest);
    }

    // Ends where a segment, the query or the fragment begins, or is written up to such a place.
    private static bool BeginsWith(ReadOnlySpan<byte> url, ReadOnlySpan<byte> prefix) =>
        url.StartsWith(prefix) && (url.Length == prefix.Length || prefix[^1] == '/' || url[prefix.Length] is (byte)'/' or (byte)'?' or (byte)'#');

    // The authority of an http or https URL, with or without its scheme (RFC 3986, section 4.2), and what follows it.
    private static bool TrySplit(ReadOnlySpan<byte> url, out ReadOnlySpan<byte> authority, out ReadOnlySpan<byte> rest)
    {
        ReadOnlySpan<byte> scheme = Scheme(url);
        ReadOnlySpan<byte> behind = url[scheme.Length..];
        authority = default;
        rest = default;
        if (!behind.StartsWith("//"u8))
        {
            return false;
        }

        behind = behind[2..];
        int end = behind.IndexOfAny((byte)'/', (byte)'?', (byte)'#');
        end = end < 0 ? behind.Length : end;
        authority = behind[..end];
        rest = behind[end..];
        return true;
    }

    private static ReadOnlySpan<byte> Scheme(ReadOnlySpan<byte> url) =>
        url.Length >= 5 && Ascii.EqualsIgnoreCase(url[..5], "http:"u8) ? url[..5]
        : url.Length >= 6 && Ascii.EqualsIgnoreCase(url[..6], "https:"u8) ? url[..6]
        : default;

    private static bool IsServers(Exchange exchange, ReadOnlySpan<byte> authority)
    {
        // What is stored may have come from any of them.
        if (exchange.Server is { } server && exchange.Route!.Cache is null ? server.HasAuthority(authority) : exchange.Route!.Split!.HasServer(authority))
        {
            return true;
        }

        if (exchange.Route!.RequestHeaders?.Host is not { } sent)
        {
            return false;
        }

        var host = new HeadWriter(stackalloc byte[HostBytesMax]);
        sent.Write(ref host, exchange, TemplateEncoding.Header);
        return !host.Overflowed && Ascii.EqualsIgnoreCase(authority, host.WrittenFrom(0));
    }

    // What a prefix was taken off may go on with a slash, and would then name a host. What stays as it is, is the server's own word.
    private void AppendReference(ref HeadWriter writer, ReadOnlySpan<byte> path)
    {
        int start = writer.Length;
        if (AppendPath(ref writer, path))
        {
            LeadingSlashes.CollapseReference(ref writer, start);
        }
    }

    // The way back: what was added is taken off, what was taken off is added. False when it is the same.
    private bool AppendPath(ref HeadWriter writer, ReadOnlySpan<byte> path)
    {
        bool isBelow = path.StartsWith("/"u8) && (_added.Length == 0 || BeginsWith(path, _added));
        if (isBelow && _added.Length + _stripped.Length > 0)
        {
            ReadOnlySpan<byte> rest = path[_added.Length..];
            writer.Append(_stripped);
            writer.Append(_stripped.Length == 0 && !rest.StartsWith("/"u8) ? "/"u8 : default);
            writer.Append(rest);
            return true;
        }

        writer.Append(path);
        return false;
    }
}
