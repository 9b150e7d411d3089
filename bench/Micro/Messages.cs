using System.Text;

namespace Sluice.Bench.Micro;

/// <summary>The messages that are measured.</summary>
internal static class Messages
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

    internal const string Response =
        "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nContent-Type: text/plain\r\n" +
        "Content-Length: 100\r\nConnection: keep-alive\r\n\r\n";

    /// <summary>16 chunks of 1 KiB.</summary>
    /// <param name="dataLength">What they hold, in bytes.</param>
    internal static byte[] BuildChunks(out int dataLength)
    {
        const int Count = 16;
        dataLength = Count * 1024;
        string chunk = $"400\r\n{new string('d', 1024)}\r\n";
        return Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(chunk, Count)) + "0\r\n\r\n");
    }
}
