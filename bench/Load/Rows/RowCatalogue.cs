using Sluice.Load.Contenders;

namespace Sluice.Load.Rows;

/// <summary>The rows of each measurement of load.</summary>
internal static class RowCatalogue
{
    /// <summary>The HTTP/1.1 rows, all over 64 kept-alive connections.</summary>
    public static IReadOnlyList<LoadRow> Http1 { get; } =
    [
        new LoadRow
        {
            Key = "100b", Title = "GET 100 B", Path = Origin.SmallPath, ResponseBytes = Origin.SmallBytes,
            NginxGoal = 0.95, HaproxyGoal = 0.92,
        },
        new LoadRow
        {
            Key = "browser", Title = "GET 100 B, 12 browser headers", Path = Origin.SmallPath, ResponseBytes = Origin.SmallBytes,
            BrowserHeaders = true, NginxGoal = 1.0,
        },
        new LoadRow
        {
            Key = "10k", Title = "GET 10 KB", Path = Origin.MediumPath, ResponseBytes = Origin.MediumBytes,
            NginxGoal = 1.0, HaproxyGoal = 1.0,
        },
        new LoadRow
        {
            Key = "100k", Title = "GET 100 KB", Path = Origin.LargePath, ResponseBytes = Origin.LargeBytes,
            NginxGoal = 1.0, HaproxyGoal = 1.0,
        },
        new LoadRow
        {
            Key = "upload", Title = "POST 100 KB", Path = Origin.UploadPath, ResponseBytes = 6, UploadBytes = Origin.LargeBytes,
            NginxGoal = 1.0, HaproxyGoal = 1.0,
        },
        new LoadRow
        {
            Key = "two-workers", Title = "GET 100 B, two workers, unpinned: requests per second", Path = Origin.SmallPath,
            ResponseBytes = Origin.SmallBytes, Throughput = true, NginxGoal = 1.0,
        },
    ];

    /// <summary>The rows of TLS with clients.</summary>
    public static IReadOnlyList<LoadRow> Tls { get; } =
    [
        new LoadRow { Key = "tls-100b", Title = "TLS 1.3, GET 100 B, kept alive", Path = Origin.SmallPath, ResponseBytes = Origin.SmallBytes, Tls = true, NginxGoal = 0.92 },
        new LoadRow { Key = "tls-100k", Title = "TLS 1.3, GET 100 KB, kept alive", Path = Origin.LargePath, ResponseBytes = Origin.LargeBytes, Tls = true, NginxGoal = 1.0 },
        new LoadRow
        {
            Key = "handshake-p256", Title = "TLS 1.3, full handshake with P-256, then GET 100 B", Path = Origin.SmallPath, ResponseBytes = Origin.SmallBytes,
            Tls = true, Handshake = HandshakeKind.Full, NginxGoal = 1.0,
        },
        new LoadRow
        {
            Key = "handshake-rsa", Title = "TLS 1.3, full handshake with RSA-2048, then GET 100 B", Path = Origin.SmallPath, ResponseBytes = Origin.SmallBytes,
            Tls = true, RsaKey = true, Handshake = HandshakeKind.Full, NginxGoal = 1.0,
        },
        new LoadRow
        {
            Key = "resumed", Title = "TLS 1.3, resumed handshake, then GET 100 B", Path = Origin.SmallPath, ResponseBytes = Origin.SmallBytes,
            Tls = true, Handshake = HandshakeKind.Resumed, NginxGoal = 1.0,
        },
    ];

    /// <summary>The rows of HTTP/2 with clients: 16 connections with 16 streams each.</summary>
    public static IReadOnlyList<LoadRow> Http2 { get; } =
    [
        new LoadRow
        {
            Key = "h2-100b", Title = "HTTP/2 over TLS 1.3, GET 100 B, origin in HTTP/1.1", Path = Origin.SmallPath, ResponseBytes = Origin.SmallBytes,
            Tls = true, Http2 = true, NginxGoal = 0.75, HaproxyGoal = 1.0,
        },
        new LoadRow
        {
            Key = "h2-100kb", Title = "HTTP/2 over TLS 1.3, GET 100 KB, origin in HTTP/1.1", Path = Origin.LargePath, ResponseBytes = Origin.LargeBytes,
            Tls = true, Http2 = true, NginxGoal = 1.0, HaproxyGoal = 1.0,
        },
        new LoadRow
        {
            Key = "h2c-100b", Title = "HTTP/2 in clear text, GET 100 B, origin in HTTP/1.1", Path = Origin.SmallPath, ResponseBytes = Origin.SmallBytes,
            Http2 = true,
        },
        new LoadRow
        {
            Key = "h2-h2", Title = "HTTP/2 over TLS 1.3, GET 100 B, origin in HTTP/2", Path = Origin.SmallPath, ResponseBytes = Origin.SmallBytes,
            Tls = true, Http2 = true, UpstreamHttp2 = true,
        },
        new LoadRow
        {
            Key = "grpc-unary", Title = "gRPC over TLS 1.3, unary, 100 B each way, origin in HTTP/2", Path = Origin.GrpcPath,
            ResponseBytes = Origin.GrpcBytes, UploadBytes = Origin.GrpcBytes, Tls = true, Http2 = true, UpstreamHttp2 = true, Grpc = true,
        },
    ];

    /// <summary>The rows of the cache: hits in memory, and on disk, over 64 kept-alive connections.</summary>
    public static IReadOnlyList<LoadRow> Cache { get; } =
    [
        new LoadRow
        {
            Key = "hit-100b", Title = "A hit of 100 B", Path = Origin.SmallPath, ResponseBytes = Origin.SmallBytes, Cached = true, NginxGoal = 0.90, VarnishGoal = 0.90,
        },
        new LoadRow
        {
            Key = "hit-10kb", Title = "A hit of 10 KB", Path = Origin.MediumPath, ResponseBytes = Origin.MediumBytes, Cached = true, NginxGoal = 0.90, VarnishGoal = 0.90,
        },
        new LoadRow
        {
            Key = "hit-100kb", Title = "A hit of 100 KB", Path = Origin.LargePath, ResponseBytes = Origin.LargeBytes, Cached = true,
        },
        new LoadRow
        {
            Key = "disk-10kb", Title = "A hit of 10 KB on disk only", Path = Origin.MediumPath, ResponseBytes = Origin.MediumBytes, Cached = true, OnDisk = true,
        },
        new LoadRow
        {
            Key = "disk-100kb", Title = "A hit of 100 KB on disk only", Path = Origin.LargePath, ResponseBytes = Origin.LargeBytes, Cached = true, OnDisk = true,
        },
    ];

    /// <summary>The rows of files.</summary>
    public static IReadOnlyList<LoadRow> Files { get; } =
    [
        new LoadRow { Key = "files-1k", Title = "file of 1 KB", Path = Origin.KilobytePath, ResponseBytes = Origin.KilobyteBytes, Files = true, NginxGoal = 1.0 },
        new LoadRow { Key = "files-10k", Title = "file of 10 KB", Path = Origin.MediumPath, ResponseBytes = Origin.MediumBytes, Files = true },
        new LoadRow { Key = "files-100k", Title = "file of 100 KB", Path = Origin.LargePath, ResponseBytes = Origin.LargeBytes, Files = true, NginxGoal = 1.0 },
        new LoadRow { Key = "files-tls-100k", Title = "file of 100 KB over TLS 1.3", Path = Origin.LargePath, ResponseBytes = Origin.LargeBytes, Files = true, Tls = true },
    ];

    /// <summary>The rows of compression, at levels with as good a ratio: before the rounds each contender's is printed.</summary>
    public static IReadOnlyList<LoadRow> Compression { get; } =
    [
        Compressed("gzip-json-4k", "gzip, JSON of 4 KB", Corpus.SmallJsonPath, Corpus.SmallBytes, Gzip),
        Compressed("gzip-json", "gzip, JSON of 64 KB", Corpus.JsonPath, Corpus.JsonBytes, Gzip),
        Compressed("gzip-html", "gzip, HTML of 64 KB", Corpus.HtmlPath, Corpus.HtmlBytes, Gzip),
        Compressed("gzip-js", "gzip, JavaScript of 128 KB", Corpus.ScriptPath, Corpus.ScriptBytes, Gzip),
        Compressed("br-json", "brotli, JSON of 64 KB", Corpus.JsonPath, Corpus.JsonBytes, Brotli),
        Compressed("br-html", "brotli, HTML of 64 KB", Corpus.HtmlPath, Corpus.HtmlBytes, Brotli),
        Compressed("br-js", "brotli, JavaScript of 128 KB", Corpus.ScriptPath, Corpus.ScriptBytes, Brotli),
        Compressed("zstd-json", "zstd, JSON of 64 KB (nginx has none)", Corpus.JsonPath, Corpus.JsonBytes, new ContentEncoding("zstd", 3, 0)),
    ];

    private static ContentEncoding Gzip => new("gzip", 5, 5);

    private static ContentEncoding Brotli => new("br", 4, 4);

    /// <exception cref="BenchException">No row has that key.</exception>
    public static IReadOnlyList<LoadRow> Select(IReadOnlyList<LoadRow> rows, string? only)
    {
        IReadOnlyList<LoadRow> chosen = [.. rows.Where(row => only is null || row.Key == only)];
        return chosen.Count > 0
            ? chosen
            : throw new BenchException($"no row '{only}'; rows: {string.Join(", ", rows.Select(row => row.Key))}");
    }

    private static LoadRow Compressed(string key, string title, string path, int bytes, ContentEncoding encoding) =>
        new() { Key = key, Title = title, Path = path, ResponseBytes = bytes, Encoding = encoding, NginxGoal = 1.0 };
}
