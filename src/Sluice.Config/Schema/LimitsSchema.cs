using Sluice.Config.Binding;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>limits</c>. The defaults are those of <see cref="ProxyLimits"/>, as a test checks.</summary>
internal static class LimitsSchema
{
    private const int DayMs = 86_400_000;

    // Below the tick of the timer wheel, 10 ms, a timeout would be none.
    private static readonly DurationType Timeout = new(10, DayMs);
    // A head has to fit the largest buffer of the proxy, and a log line has to fit what is left of it.
    private static readonly SizeType LineSize = new(256, 16 * 1024);
    private static readonly SizeType HeadSize = new(256, 80 * 1024);
    private static readonly IntegerType HeadCount = new(1, 10_000);

    private static readonly Option<ProxyLimits>[] Clients =
    [
        Time("request_header_timeout", "From a connection's first byte of a request (for the first, from its start) to the end of its headers. 408.",
            "`15s`", (limits, value) => limits with { RequestHeadTimeoutMs = value }),
        Time("keepalive_timeout", "How long a connection may stay idle between requests.",
            "`1m15s`", (limits, value) => limits with { KeepAliveTimeoutMs = value }),
        Number("requests_per_connection", new IntegerType(1, int.MaxValue), "Requests on one connection; the last is answered with `Connection: close`.",
            "`10000`", (limits, value) => limits with { RequestsPerConnectionMax = value }),
        Number("http2_streams", new IntegerType(1, 1_000), "Requests that a client may have open at once on one HTTP/2 connection.",
            "`100`", (limits, value) => limits with { Http2StreamsMax = value }),
        Size("request_line_size", LineSize, "The request line. 414.",
            "`8KiB`", (limits, value) => limits with { RequestLineBytesMax = (int)value }),
        Size("request_headers_size", HeadSize, "All headers of a request together. 431.",
            "`32KiB`", (limits, value) => limits with { RequestFieldBytesMax = (int)value }),
        Number("request_headers_count", HeadCount, "Headers of a request, and trailers. 431.",
            "`100`", (limits, value) => limits with { RequestFieldCountMax = value }),
        Size("request_body_size", new SizeType(0, long.MaxValue), "The body of a request; 0 means no limit. 413.",
            "`0B`", (limits, value) => limits with { RequestBodyBytesMax = value }),
        Time("request_body_timeout", "The longest pause within the body of a request. 408.",
            "`1m`", (limits, value) => limits with { RequestBodyIdleTimeoutMs = value }),
        Time("response_write_timeout", "The longest pause of a client in taking a response.",
            "`1m`", (limits, value) => limits with { ResponseWriteIdleTimeoutMs = value }),
        Size("min_data_rate", new SizeType(0, 1 << 30), "Per second, what a client must send of a body (but not of a call of gRPC over HTTP/2) or take of a response on average; 0 switches it off.",
            "`240B`", (limits, value) => limits with { MinDataRate = (int)value }),
        Time("min_data_rate_grace", "How long a transfer goes on before `min_data_rate` counts.",
            "`5s`", (limits, value) => limits with { MinDataRateGraceMs = value }),
        Size("unread_body_size", new SizeType(0, 1 << 30), "How much of a body that nobody wants is read and thrown away to keep the connection.",
            "`256KiB`", (limits, value) => limits with { DrainBytesMax = (int)value }),
        Time("unread_body_timeout", "How long that may take.",
            "`5s`", (limits, value) => limits with { DrainTimeoutMs = value }),
        Number("max_connections", new IntegerType(1, 10_000_000, wordForZero: "auto"),
            "Client connections in all; `auto` is 45 % of the limit of file descriptors.",
            "`auto`", (limits, value) => limits with { ConnectionsMax = value }),
        Number("max_connections_per_client", new IntegerType(0, 10_000_000),
            "Connections from one IPv4 address or one IPv6 /64, except from trusted proxies; 0 means no limit.",
            "`0`", (limits, value) => limits with { ConnectionsPerClientMax = value }),
        Option<ProxyLimits>.Create("half_close", new BooleanType(),
            "Whether a client may close its sending side and still get its response. Otherwise it is taken to be gone, and its request is cancelled.",
            (limits, value) => limits with { HalfCloseAllowed = value }, "`false`"),
    ];

    private static readonly Option<ProxyLimits>[] Servers =
    [
        Time("connect_timeout", "To connect to a server. 504.",
            "`5s`", (limits, value) => limits with { ConnectTimeoutMs = value }),
        Time("tls_timeout", "The TLS handshake with a server, once it is connected to. 504.",
            "`5s`", (limits, value) => limits with { TlsTimeoutMs = value }),
        Time("request_send_timeout", "The longest pause of a server in taking a request. 504.",
            "`1m`", (limits, value) => limits with { SendTimeoutMs = value }),
        Time("response_header_timeout", "From the end of the request to the headers of its response. 504.",
            "`1m`", (limits, value) => limits with { FirstByteTimeoutMs = value }),
        Time("response_body_timeout", "The longest pause within the body of a response.",
            "`1m`", (limits, value) => limits with { UpstreamIdleTimeoutMs = value }),
        Option<ProxyLimits>.Create("request_timeout", new DurationType(0, DayMs),
            "From the first byte of a request to the last of its response, all attempts included; 0 means no limit. 504 before the response began, and a break after. Not for tunnels.",
            (limits, value) => limits with { RequestTimeoutMs = value }, "`0s`"),
        Time("expect_continue_timeout", "How long a server may take to answer `Expect: 100-continue` before the body is asked for anyway.",
            "`1s`", (limits, value) => limits with { ContinueTimeoutMs = value }),
        Option<ProxyLimits>.Create("tunnel_idle_timeout", new DurationType(10, 7 * DayMs),
            "The longest pause in a tunnel (WebSocket), in both directions together.",
            (limits, value) => limits with { TunnelIdleTimeoutMs = value }, "`1h`"),
        Option<ProxyLimits>.Create("tunnel_timeout", new DurationType(0, 7 * DayMs), "How long a tunnel may last in all; 0 means no limit.",
            (limits, value) => limits with { TunnelTimeoutMs = value }, "`0s`"),
        Option<ProxyLimits>.Create("grpc_timeout_max", new DurationType(0, 7 * DayMs),
            "The longest time for a whole call of gRPC, whatever its `grpc-timeout` says; what is less goes to the server. 0 means no limit. `grpc-status` 4.",
            (limits, value) => limits with { GrpcTimeoutMaxMs = value }, "`0s`"),
        Size("response_headers_size", HeadSize, "The status line and headers of a response together. 502.",
            "`64KiB`", (limits, value) => limits with { ResponseHeadBytesMax = (int)value }),
        Number("response_headers_count", HeadCount, "Headers of a response. 502.",
            "`200`", (limits, value) => limits with { ResponseFieldCountMax = value }),
        Number("interim_responses_count", new IntegerType(0, 10_000), "Interim (1xx) responses to one request. 502.",
            "`16`", (limits, value) => limits with { InterimResponsesMax = value }),
        Size("interim_responses_size", HeadSize, "Their headers together. 502.",
            "`64KiB`", (limits, value) => limits with { InterimBytesMax = (int)value }),
    ];

    // What holds before a route is known, or for connections.
    private static readonly string[] NotOfRoutes =
    [
        "request_header_timeout", "keepalive_timeout", "requests_per_connection", "http2_streams", "request_line_size", "request_headers_size", "request_headers_count",
        "max_connections", "max_connections_per_client", "half_close", "response_headers_size", "response_headers_count",
    ];

    internal static ObjectType<ProxyLimits> Type { get; } = new("limits", [.. Clients, .. Servers], _ => new ProxyLimits());

    /// <summary>Those that a route can set for its requests.</summary>
    internal static ObjectType<ProxyLimits> OfRoutes { get; } = new(
        "limits", [.. Type.Options.Where(option => !NotOfRoutes.Contains(option.Key))], _ => new ProxyLimits());

    private static Option<ProxyLimits> Time(string key, string meaning, string byDefault, Func<ProxyLimits, int, ProxyLimits> set) =>
        Option<ProxyLimits>.Create(key, Timeout, meaning, set, byDefault);

    private static Option<ProxyLimits> Size(string key, SizeType type, string meaning, string byDefault, Func<ProxyLimits, long, ProxyLimits> set) =>
        Option<ProxyLimits>.Create(key, type, meaning, set, byDefault);

    private static Option<ProxyLimits> Number(
        string key, IntegerType type, string meaning, string byDefault, Func<ProxyLimits, int, ProxyLimits> set) =>
        Option<ProxyLimits>.Create(key, type, meaning, set, byDefault);
}
