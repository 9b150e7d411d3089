using System.Text;
using Sluice.Load.Rows;

namespace Sluice.Load.Driver;

/// <summary>The Lua script that makes wrk send a row's request and print its totals as one JSON line.</summary>
internal static class WrkScript
{
    public const string ResultMark = "load-result ";

    private static readonly (string Name, string Value)[] BrowserHeaders =
    [
        ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"),
        ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"),
        ("Accept-Language", "en-GB,en;q=0.9,de;q=0.8"),
        ("Accept-Encoding", "gzip, deflate, br, zstd"),
        ("Cache-Control", "max-age=0"),
        ("Upgrade-Insecure-Requests", "1"),
        ("Sec-Fetch-Site", "same-origin"),
        ("Sec-Fetch-Mode", "navigate"),
        ("Sec-Fetch-User", "?1"),
        ("Sec-Fetch-Dest", "document"),
        ("Referer", "http://shop.example.com/catalogue/shoes?page=2"),
        ("Cookie", "session=6f1c2b8e4d7a49f0b3c5d6e7f8091a2b; theme=dark; consent=analytics%3Dno"),
    ];

    public static string For(LoadRow row)
    {
        var script = new StringBuilder();
        if (row.UploadBytes > 0)
        {
            script.AppendLine("wrk.method = 'POST'");
            script.AppendLine($"wrk.body = string.rep('u', {row.UploadBytes})");
        }

        foreach ((string name, string value) in row.BrowserHeaders ? BrowserHeaders : [])
        {
            script.AppendLine($"wrk.headers['{name}'] = '{value}'");
        }

        if (row.Encoding is { } encoding)
        {
            script.AppendLine($"wrk.headers['Accept-Encoding'] = '{encoding.Name}'");
        }

        // Only done() is defined: a response() callback would make wrk the bottleneck.
        script.AppendLine($$"""
            function done(summary, latency, requests)
              local e = summary.errors
              io.write(string.format(
                '{{ResultMark}}{"Requests":%d,"Bytes":%.0f,"Microseconds":%d,' ..
                '"ConnectErrors":%d,"ReadErrors":%d,"WriteErrors":%d,"Timeouts":%d,"StatusErrors":%d}\n',
                summary.requests, summary.bytes, summary.duration, e.connect, e.read, e.write, e.timeout, e.status))
            end
            """);
        return script.ToString();
    }
}
