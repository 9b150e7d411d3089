namespace Sluice.Proxy.Errors;

/// <summary>Every way in which a request or connection can end other than well. <see cref="ProxyErrors"/> says what each means.</summary>
public enum ProxyErrorCode : byte
{
    /// <summary>It ended well, or is still going on.</summary>
    None,

    // What the client did.
    BadRequest,
    RequestHeadTimeout,
    RequestBodyInvalid,
    RequestBodyTooLarge,
    RequestBodyTimeout,
    RequestBodyTooSlow,
    ClientGone,
    ClientReset,
    ResponseWriteTimeout,
    ResponseTooSlow,
    TooManyConnections,
    TooManyConnectionsOfClient,
    TlsTimeout,
    TlsClosed,
    TlsMalformed,
    TlsPlainHttp,
    TlsNoCommonVersion,
    TlsNoCommonCipher,
    TlsNoCommonProtocol,
    TlsUnknownName,
    TlsAlert,
    TlsFailed,
    ClientCertificateMissing,
    ClientCertificateInvalid,

    // What the configuration says.
    NoRoute,
    PathDotSegments,
    PathDoubleSlash,
    PathEncodedSlash,
    PathEncodedBackslash,
    PathEncodedNul,
    PathSemicolon,
    MethodNotAllowed,
    Maintenance,
    ClientCertificateRequired,
    MisdirectedRequest,
    TooEarly,
    RewriteRefused,
    RewriteInvalid,
    RequestHeadTooLarge,
    ResponseHeadTooLarge,

    // What the upstream did.
    NoServer,
    DnsFailed,
    ConnectRefused,
    ConnectFailed,
    ConnectTimeout,
    UpstreamTlsFailed,
    UpstreamCertificateInvalid,
    QueueFull,
    QueueTimeout,
    UpstreamReset,
    UpstreamClosed,
    FirstByteTimeout,
    ResponseInvalid,
    TooManyInterimResponses,
    UnexpectedUpgrade,
    UpgradeIgnored,
    ResponseTruncated,
    ResponseBodyInvalid,
    ResponseBodyTimeout,

    // Both, or neither.
    TunnelIdleTimeout,
    TunnelTimeout,
    ShuttingDown,
    Internal,
}
