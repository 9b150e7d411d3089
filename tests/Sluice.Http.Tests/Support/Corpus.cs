namespace Sluice.Http.Tests.Support;

/// <summary>Messages that are mutated, written back and measured.</summary>
internal static class Corpus
{
    internal const string ShortRequest = "GET /index.html?id=42 HTTP/1.1\r\nHost: example.com\r\nUser-Agent: bench/1.0\r\n\r\n";

    internal const string BrowserRequest =
        "GET /shop/products/view?id=12345&lang=en HTTP/1.1\r\nHost: shop.example.com\r\nConnection: keep-alive\r\n" +
        "Cache-Control: max-age=0\r\nUpgrade-Insecure-Requests: 1\r\n" +
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36\r\n" +
        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n" +
        "Accept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: en-GB,en;q=0.9,de;q=0.8\r\n" +
        "Referer: https://shop.example.com/shop/products\r\n" +
        "Cookie: session=0123456789abcdef0123456789abcdef; theme=dark; consent=yes; _ga=GA1.2.1234567890.1234567890\r\n" +
        "Sec-Fetch-Dest: document\r\nSec-Fetch-Mode: navigate\r\nIf-None-Match: \"abc\"\r\n\r\n";

    internal static readonly string[] Requests =
    [
        ShortRequest,
        BrowserRequest,
        "POST http://A.example:8080/%7euser/../x HTTP/1.1\r\nHost: a.EXAMPLE.:8080\r\nContent-Length: 12\r\nExpect: 100-continue\r\n\r\n",
        "PUT /a HTTP/1.1\r\nHost: [::1]:81\r\nTransfer-Encoding: chunked\r\nTE: trailers\r\nTrailer: x\r\nConnection: te, x-y\r\nX-Y:  z \r\n\r\n",
        "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\nX_Y: 1\r\n\r\n",
        "\r\nGET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    ];

    internal static readonly string[] Responses =
    [
        "HTTP/1.1 200 OK\r\nDate: x\r\nServer: nginx\r\nContent-Type: text/plain\r\nContent-Length: 100\r\nKeep-Alive: timeout=5, max=99\r\n\r\n",
        "HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\nConnection: close, x-a\r\nX-A: 1\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\n\r\n",
        "HTTP/1.0 302 Found\r\nLocation: /x\r\nConnection: keep-alive\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
    ];

    internal static readonly string[] Chunked =
    [
        "0\r\n\r\n",
        "5\r\nhello\r\n6;a=b;c=\"d\\\"e\"\r\n world\r\n0\r\nX-Sum: 1\r\nHost: x\r\n\r\n",
        "1\r\na\r\n1\r\nb\r\n00a\r\n0123456789\r\n0;last=1\r\n\r\n",
    ];
}
