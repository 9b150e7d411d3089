using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Http2.Hpack;

/// <summary>Random but repeatable fields as heads have them: some that stay the same, some that vary a little, some that are new each time.</summary>
internal sealed class RandomFields(int seed)
{
    private static readonly string[] Names =
    [
        ":method", ":scheme", ":path", ":authority", ":status", "host", "server", "date", "content-type", "content-length", "cache-control", "vary", "accept",
        "accept-encoding", "accept-language", "user-agent", "cookie", "set-cookie", "authorization", "etag", "location", "x-request-id", "x-forwarded-for",
        "strict-transport-security", "access-control-allow-origin", "link", "from", "allow", "refresh", "accept-charset", "x-a", "x-b", "grpc-status",
        "a-rather-long-name-that-is-in-no-table-at-all", "te", "via", "priority",
    ];

    private static readonly string[] Values =
    [
        "", "1", "GET", "POST", "/", "/index.html", "https", "http", "200", "404", "500", "gzip, deflate", "text/html; charset=utf-8", "no-cache",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36", "max-age=31536000; includeSubDomains", "Sat, 21 Nov 2026 11:23:00 GMT", "www.example.com",
        "a=1; b=2; c=3; d=4; e=5; f=6", "\u00e4\u00f6\u00fc\u0080\u00ff", "a\tb",
    ];

    internal Random Random { get; } = new(seed);

    internal (string Name, string Value, bool IsNever)[] Next()
    {
        var fields = new (string Name, string Value, bool IsNever)[Random.Next(0, 16)];
        for (int i = 0; i < fields.Length; i++)
        {
            fields[i] = (Names[Random.Next(Names.Length)], NextValue(), Random.Next(20) == 0);
        }

        return fields;
    }

    private string NextValue()
    {
        int kind = Random.Next(12);
        if (kind < 9)
        {
            return Values[Random.Next(Values.Length)];
        }

        // Now and then longer than a quarter of the table, than the table, and with lengths of one to three bytes.
        byte[] bytes = new byte[Random.Next(kind == 9 ? 20 : kind == 10 ? 300 : 6000)];
        Random.NextBytes(bytes);
        int span = Random.Next(2) == 0 ? 26 : 94;
        return Bytes.ToText([.. bytes.Select(value => (byte)('!' + (span == 26 ? 64 : 0) + (value % span)))]);
    }
}
