namespace Sluice.TestKit.Http2.Hpack;

/// <summary>The table that both sides have from the beginning (RFC 7541, appendix A).</summary>
public static class StaticTable
{
    // Names without value, then names with values: the appendix in its order, from index 1 on.
    private const string Text =
        ":authority|:method=GET|:method=POST|:path=/|:path=/index.html|:scheme=http|:scheme=https|:status=200|:status=204|:status=206|:status=304|"
        + ":status=400|:status=404|:status=500|accept-charset|accept-encoding=gzip, deflate|accept-language|accept-ranges|accept|"
        + "access-control-allow-origin|age|allow|authorization|cache-control|content-disposition|content-encoding|content-language|content-length|"
        + "content-location|content-range|content-type|cookie|date|etag|expect|expires|from|host|if-match|if-modified-since|if-none-match|if-range|"
        + "if-unmodified-since|last-modified|link|location|max-forwards|proxy-authenticate|proxy-authorization|range|referer|refresh|retry-after|"
        + "server|set-cookie|strict-transport-security|transfer-encoding|user-agent|vary|via|www-authenticate";

    /// <summary>The entries; the first has index 1 on the wire.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Entries { get; } = [.. Text.Split('|').Select(Split)];

    private static KeyValuePair<string, string> Split(string entry)
    {
        int mark = entry.IndexOf('=', StringComparison.Ordinal);
        return mark < 0 ? new(entry, "") : new(entry[..mark], entry[(mark + 1)..]);
    }
}
