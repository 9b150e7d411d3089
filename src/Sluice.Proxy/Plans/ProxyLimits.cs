namespace Sluice.Proxy.Plans;

/// <summary>Limits and timeouts. Times are milliseconds, sizes bytes. The defaults are meant for the public internet.</summary>
public sealed record ProxyLimits
{
    // Clients.

    /// <summary>From a connection's first byte of a request (or from its acceptance, for the first) to the end of the head. 408.</summary>
    public int RequestHeadTimeoutMs { get; init; } = 15_000;

    /// <summary>How long a connection may stay idle between requests.</summary>
    public int KeepAliveTimeoutMs { get; init; } = 75_000;

    /// <summary>Requests on one connection; the last is answered with <c>Connection: close</c>.</summary>
    public int RequestsPerConnectionMax { get; init; } = 10_000;

    /// <summary>The request line with its line end. 414.</summary>
    public int RequestLineBytesMax { get; init; } = 8 * 1024;

    /// <summary>All header field lines of a request together. 431.</summary>
    public int RequestFieldBytesMax { get; init; } = 32 * 1024;

    /// <summary>Header fields of a request, and trailer fields. 431.</summary>
    public int RequestFieldCountMax { get; init; } = 100;

    /// <summary>Requests in progress on one HTTP/2 connection, 1 to 1,000.</summary>
    public int Http2StreamsMax { get; init; } = 100;

    /// <summary>The content of a request; 0 means no limit. 413.</summary>
    public long RequestBodyBytesMax { get; init; }

    /// <summary>The longest pause between two reads of a request's content. 408.</summary>
    public int RequestBodyIdleTimeoutMs { get; init; } = 60_000;

    /// <summary>The longest pause between two writes of a response that the client takes.</summary>
    public int ResponseWriteIdleTimeoutMs { get; init; } = 60_000;

    /// <summary>Bytes per second that a client must send of a request's content or take of a response, on average; 0 switches it off.</summary>
    public int MinDataRate { get; init; } = 240;

    /// <summary>How long a transfer goes on before <see cref="MinDataRate"/> counts.</summary>
    public int MinDataRateGraceMs { get; init; } = 5_000;

    /// <summary>How much unread content of a request is read and thrown away to keep its connection.</summary>
    public int DrainBytesMax { get; init; } = 256 * 1024;

    /// <summary>How long that may take.</summary>
    public int DrainTimeoutMs { get; init; } = 5_000;

    /// <summary>Client connections in all; 0 means 45 % of the process's limit of file descriptors.</summary>
    public int ConnectionsMax { get; init; }

    /// <summary>Connections from one IPv4 address or one IPv6 /64, trusted proxies excepted; 0 means no limit.</summary>
    public int ConnectionsPerClientMax { get; init; }

    /// <summary>
    /// Whether a client may close its sending side and still wait for the response (RFC 9293, section 3.6). Off, as in nginx: a client that has
    /// sent its FIN while its request is in progress is taken to be gone, and the exchange is cancelled.
    /// </summary>
    public bool HalfCloseAllowed { get; init; }

    // Upstreams.

    /// <summary>To connect to a server. 504.</summary>
    public int ConnectTimeoutMs { get; init; } = 5_000;

    /// <summary>The TLS handshake with a server, once it is connected to. 504.</summary>
    public int TlsTimeoutMs { get; init; } = 5_000;

    /// <summary>The longest pause of a server in taking a request. 504.</summary>
    public int SendTimeoutMs { get; init; } = 60_000;

    /// <summary>From the end of the request to the head of the response. 504.</summary>
    public int FirstByteTimeoutMs { get; init; } = 60_000;

    /// <summary>The longest pause within a response.</summary>
    public int UpstreamIdleTimeoutMs { get; init; } = 60_000;

    /// <summary>From the first byte of the request to the last of its response, all attempts included; 0 means no limit. 504 before the response began.</summary>
    public int RequestTimeoutMs { get; init; }

    /// <summary>How long a server may take to answer <c>Expect: 100-continue</c> before the client's content is asked for anyway.</summary>
    public int ContinueTimeoutMs { get; init; } = 1_000;

    /// <summary>The longest pause in a tunnel after a 101, in both directions together.</summary>
    public int TunnelIdleTimeoutMs { get; init; } = 3_600_000;

    /// <summary>How long a tunnel may last in all; 0 means no limit.</summary>
    public int TunnelTimeoutMs { get; init; }

    /// <summary>The longest time for a call of gRPC, whatever its <c>grpc-timeout</c> says; 0 means no limit.</summary>
    public int GrpcTimeoutMaxMs { get; init; }

    /// <summary>The head of a response, status line included. 502.</summary>
    public int ResponseHeadBytesMax { get; init; } = 64 * 1024;

    /// <summary>Fields of a response. 502.</summary>
    public int ResponseFieldCountMax { get; init; } = 200;

    /// <summary>Interim (1xx) responses to one request. 502.</summary>
    public int InterimResponsesMax { get; init; } = 16;

    /// <summary>Their heads together. 502.</summary>
    public int InterimBytesMax { get; init; } = 64 * 1024;

    // The process.

    /// <summary>How long requests in progress may go on after SIGTERM.</summary>
    public int ShutdownGraceMs { get; init; } = 30_000;
}
