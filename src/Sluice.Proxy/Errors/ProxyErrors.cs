using Sluice.Proxy.Pipeline;

namespace Sluice.Proxy.Errors;

/// <summary>The one table of errors: logs, metrics, local responses, retries and the reference page come from it.</summary>
public static class ProxyErrors
{
    private static readonly ProxyErrorInfo[] Table = Build();

    /// <summary>All codes with an entry.</summary>
    public static IEnumerable<ProxyErrorCode> All => Enum.GetValues<ProxyErrorCode>().Where(code => code != ProxyErrorCode.None);

    /// <summary>The entry of a code other than <see cref="ProxyErrorCode.None"/>.</summary>
    public static ProxyErrorInfo Get(ProxyErrorCode code) => Table[(int)code];

    private static ProxyErrorInfo[] Build()
    {
        var table = new ProxyErrorInfo[Enum.GetValues<ProxyErrorCode>().Length];
        AddClientErrors(table);
        AddTlsErrors(table);
        AddAccessErrors(table);
        AddHeldErrors(table);
        AddGrpcErrors(table);
        AddConnectErrors(table);
        AddResponseErrors(table);
        AddLocalErrors(table);
        return table;
    }

    private static void AddClientErrors(ProxyErrorInfo[] table)
    {
        void Add(ProxyErrorCode code, string name, PipelineStage stage, ErrorScope scope, int status, string text) =>
            table[(int)code] = new ProxyErrorInfo(name, ErrorSide.Client, stage, scope, RetryRule.Never, status, text);

        Add(ProxyErrorCode.BadRequest, "bad_request", PipelineStage.Parse, ErrorScope.Connection, 400, "The request head breaks HTTP; `detail` names the rule, and some rules have a status of their own.");
        Add(ProxyErrorCode.RequestHeadTimeout, "request_head_timeout", PipelineStage.Parse, ErrorScope.Connection, 408, "The request head was not complete in time.");
        Add(ProxyErrorCode.RequestBodyInvalid, "request_body_invalid", PipelineStage.Forward, ErrorScope.Connection, 400, "The framing of the request's content is broken; `detail` names the rule.");
        Add(ProxyErrorCode.RequestBodyTooLarge, "request_body_too_large", PipelineStage.Limits, ErrorScope.Connection, 413, "The request's content is larger than allowed.");
        Add(ProxyErrorCode.RequestBodyTimeout, "request_body_timeout", PipelineStage.Forward, ErrorScope.Connection, 408, "The client paused for too long within the request's content.");
        Add(ProxyErrorCode.RequestBodyTooSlow, "request_body_too_slow", PipelineStage.Forward, ErrorScope.Connection, 408, "The client sent the request's content below the minimum data rate.");
        Add(ProxyErrorCode.ClientGone, "client_gone", PipelineStage.Forward, ErrorScope.Connection, 499, "The client closed its connection before the response was complete; the exchange with the server was cancelled.");
        Add(ProxyErrorCode.ClientReset, "client_reset", PipelineStage.Response, ErrorScope.Connection, 499, "The client's connection broke while the response was sent.");
        Add(ProxyErrorCode.ResponseWriteTimeout, "response_write_timeout", PipelineStage.Response, ErrorScope.Connection, 499, "The client took nothing of the response for too long.");
        Add(ProxyErrorCode.ResponseTooSlow, "response_too_slow", PipelineStage.Response, ErrorScope.Connection, 499, "The client took the response below the minimum data rate.");
        Add(ProxyErrorCode.TooManyConnections, "too_many_connections", PipelineStage.Accept, ErrorScope.Connection, 503, "The limit of client connections was reached.");
        Add(ProxyErrorCode.TooManyConnectionsOfListener, "too_many_connections_of_listener", PipelineStage.Accept, ErrorScope.Connection, 503, "The limit of connections of one listener was reached.");
        Add(ProxyErrorCode.TooManyConnectionsOfClient, "too_many_connections_of_client", PipelineStage.Accept, ErrorScope.Connection, 503, "The limit of connections from one address was reached.");
    }

    // Nothing is answered where there is nothing yet to answer in: status 0.
    private static void AddTlsErrors(ProxyErrorInfo[] table)
    {
        void Add(ProxyErrorCode code, string name, int status, string text) => table[(int)code] =
            new ProxyErrorInfo(name, ErrorSide.Client, PipelineStage.Accept, ErrorScope.Connection, RetryRule.Never, status, text);

        Add(ProxyErrorCode.TlsTimeout, "tls_timeout", 0, "The TLS handshake was not complete in time.");
        Add(ProxyErrorCode.TlsClosed, "tls_closed", 0, "The client closed its connection within the TLS handshake.");
        Add(ProxyErrorCode.TlsMalformed, "tls_malformed", 0, "What the client sent is not TLS, or breaks its rules.");
        Add(ProxyErrorCode.TlsPlainHttp, "tls_plain_http", 400, "The client spoke plain HTTP on a TLS port; it is told so.");
        Add(ProxyErrorCode.TlsNoCommonVersion, "tls_no_common_version", 0, "The client speaks no version of TLS that the listener allows.");
        Add(ProxyErrorCode.TlsNoCommonCipher, "tls_no_common_cipher", 0, "The client and the listener have no cipher, group or signature algorithm in common.");
        Add(ProxyErrorCode.TlsNoCommonProtocol, "tls_no_common_protocol", 0, "The client offers by ALPN only protocols that the listener doesn't speak.");
        Add(ProxyErrorCode.TlsUnknownName, "tls_unknown_name", 0, "There is no certificate for the name that the client asked for.");
        Add(ProxyErrorCode.TlsAlert, "tls_alert", 0, "The client ended the handshake with an alert; the message log has its name.");
        Add(ProxyErrorCode.TlsFailed, "tls_failed", 0, "The handshake failed for a reason of this side's; the message log has more.");
        Add(ProxyErrorCode.ClientCertificateMissing, "client_certificate_missing", 0, "The listener requires a certificate for the host, and the client showed none.");
        Add(ProxyErrorCode.ClientCertificateInvalid, "client_certificate_invalid", 0, "The client's certificate doesn't verify; the message log says why.");
    }

    private static void AddAccessErrors(ProxyErrorInfo[] table)
    {
        void Add(ProxyErrorCode code, string name, ErrorSide side, int status, string text) =>
            table[(int)code] = new ProxyErrorInfo(name, side, PipelineStage.Access, ErrorScope.Request, RetryRule.Never, status, text);

        Add(ProxyErrorCode.PathDotSegments, "path_dot_segments", ErrorSide.Client, 400, "The path has `.` or `..` segments, and the route's `path_policy` refuses them.");
        Add(ProxyErrorCode.PathDoubleSlash, "path_double_slash", ErrorSide.Client, 400, "The path has `//`, and the route's `path_policy` refuses it.");
        Add(ProxyErrorCode.PathEncodedSlash, "path_encoded_slash", ErrorSide.Client, 400, "The path has `%2F`, and the route's `path_policy` refuses it.");
        Add(ProxyErrorCode.PathEncodedBackslash, "path_encoded_backslash", ErrorSide.Client, 400, "The path has `%5C`, which is refused unless the route's `path_policy` allows it.");
        Add(ProxyErrorCode.PathEncodedNul, "path_encoded_nul", ErrorSide.Client, 400, "The path has `%00`, which is refused unless the route's `path_policy` allows it.");
        Add(ProxyErrorCode.PathSemicolon, "path_semicolon", ErrorSide.Client, 400, "The path has `;`, and the route's `path_policy` refuses it.");
        table[(int)ProxyErrorCode.RewriteRefused] = new ProxyErrorInfo(
            "rewrite_refused", ErrorSide.Client, PipelineStage.Transform, ErrorScope.Request, RetryRule.Never, 400,
            "With what the client sent, the route's `rewrite` makes a path that may not be sent: dot segments (`%2F` and `%5C` count as slashes), control characters, broken escapes, or above 16 KiB. `detail` names the rule.");
        Add(ProxyErrorCode.MethodNotAllowed, "method_not_allowed", ErrorSide.Client, 405, "The method is none of the route's `methods`; `Allow` names them.");
        Add(ProxyErrorCode.ClientCertificateRequired, "client_certificate_required", ErrorSide.Client, 403, "The route takes only clients that have shown a certificate which verifies.");
        Add(ProxyErrorCode.MisdirectedRequest, "misdirected_request", ErrorSide.Client, 421, "The connection's certificate, or its policy for client certificates, is not that of the request's host (RFC 9110, section 15.5.20). The client opens another connection.");
        Add(ProxyErrorCode.TooEarly, "too_early", ErrorSide.Client, 425, "The request came as early data, and the route or the method doesn't allow that (RFC 8470). The client sends it again.");
        Add(ProxyErrorCode.FaultInjected, "fault_injected", ErrorSide.Local, 503, "The route's `faults` failed the request on purpose, with the status that they say. Nothing is wrong.");
        Add(ProxyErrorCode.Maintenance, "maintenance", ErrorSide.Local, 503, "The route is under `maintenance`, which may have another status. Nothing is wrong.");
    }

    // About what is held here: files, and stored responses.
    private static void AddHeldErrors(ProxyErrorInfo[] table)
    {
        void Add(ProxyErrorCode code, string name, ErrorSide side, int status, string text) =>
            table[(int)code] = new ProxyErrorInfo(name, side, PipelineStage.Forward, ErrorScope.Request, RetryRule.Never, status, text);

        Add(ProxyErrorCode.FileNotFound, "file_not_found", ErrorSide.Client, 404, "The route's `files` has none for the path, or none that may be seen: hidden, no regular file, or outside the folder. `try_files` may say another status.");
        Add(ProxyErrorCode.FileForbidden, "file_forbidden", ErrorSide.Local, 403, "The user that runs the program may not read the file.");
        Add(ProxyErrorCode.FileReadFailed, "file_read_failed", ErrorSide.Local, 500, "The file could not be opened for want of descriptors, could not be read, or became shorter while it was sent; when the response had begun, the client sees the truncation.");
        Add(ProxyErrorCode.PreconditionFailed, "precondition_failed", ErrorSide.Client, 412, "What is held here is not what the client's `If-Match` or `If-Unmodified-Since` means.");
        Add(ProxyErrorCode.RangeNotSatisfiable, "range_not_satisfiable", ErrorSide.Client, 416, "None of the ranges that the client asks for begins within what is held here; `Content-Range` says how long that is.");
        table[(int)ProxyErrorCode.CacheReadFailed] = new ProxyErrorInfo(
            "cache_read_failed", ErrorSide.Local, PipelineStage.Cache, ErrorScope.Request, RetryRule.Never, 500,
            "A stored response could not be read from disk, or was damaged there; it is removed. When the response had begun, the client sees the truncation.");
        table[(int)ProxyErrorCode.SliceChanged] = new ProxyErrorInfo(
            "slice_changed", ErrorSide.Upstream, PipelineStage.Cache, ErrorScope.Request, RetryRule.Never, 502,
            "A server answered with something else than the next part (`slice`) of the content whose first part is stored: it changed meanwhile, or the server doesn't keep to ranges. "
            + "The first part is removed, so that the next request begins anew. When the response had begun, the client sees the truncation.");
        table[(int)ProxyErrorCode.PurgeForbidden] = new ProxyErrorInfo(
            "purge_forbidden", ErrorSide.Client, PipelineStage.Cache, ErrorScope.Request, RetryRule.Never, 403,
            "The client asks with `PURGE` to remove something from the cache, and is none of the route's `purge_from`.");
        table[(int)ProxyErrorCode.NotCached] = new ProxyErrorInfo(
            "not_cached", ErrorSide.Client, PipelineStage.Cache, ErrorScope.Request, RetryRule.Never, 504,
            "The client wants a stored response or none (`only-if-cached`), and there is none that it could have.");
    }

    private static void AddGrpcErrors(ProxyErrorInfo[] table)
    {
        void Add(ProxyErrorCode code, string name, ErrorSide side, PipelineStage stage, int status, string text) =>
            table[(int)code] = new ProxyErrorInfo(name, side, stage, ErrorScope.Request, RetryRule.Never, status, text);

        Add(ProxyErrorCode.GrpcTimeoutInvalid, "grpc_timeout_invalid", ErrorSide.Client, PipelineStage.Transform, 400, "The call's `grpc-timeout` is not up to eight digits and a unit, or there are two.");
        Add(ProxyErrorCode.GrpcWebTextInvalid, "grpc_web_text_invalid", ErrorSide.Client, PipelineStage.Forward, 400, "The content of a call in gRPC-Web is not the base64 that its content type says it is.");
        Add(ProxyErrorCode.GrpcDeadlineExceeded, "grpc_deadline_exceeded", ErrorSide.Upstream, PipelineStage.Forward, 504, "The time for the call was up: what its `grpc-timeout` says, or `grpc_timeout_max` allows.");
    }

    private static void AddConnectErrors(ProxyErrorInfo[] table)
    {
        void Add(ProxyErrorCode code, string name, PipelineStage stage, RetryRule retry, int status, string text) =>
            table[(int)code] = new ProxyErrorInfo(name, ErrorSide.Upstream, stage, ErrorScope.Request, retry, status, text);

        Add(ProxyErrorCode.NoServer, "no_server", PipelineStage.Balance, RetryRule.Never, 503, "The upstream has no server that could take the request.");
        Add(ProxyErrorCode.CircuitOpen, "circuit_open", PipelineStage.Balance, RetryRule.Never, 503, "The upstream's `circuit_breaker` is open, or lets only a part of the requests through: nothing was sent. `Retry-After` says when it will be tried again.");
        Add(ProxyErrorCode.ConcurrencyLimited, "concurrency_limited", PipelineStage.Balance, RetryRule.Never, 503, "The upstream has as many requests as its `adaptive_concurrency` allows at the moment, and as many as allowed wait: nothing was sent.");
        Add(ProxyErrorCode.DnsFailed, "dns_failed", PipelineStage.Forward, RetryRule.NothingSent, 502, "The server's name has never been resolved.");
        Add(ProxyErrorCode.ConnectRefused, "connect_refused", PipelineStage.Forward, RetryRule.NothingSent, 502, "The server refused the connection.");
        Add(ProxyErrorCode.ConnectFailed, "connect_failed", PipelineStage.Forward, RetryRule.NothingSent, 502, "The connection to the server could not be made.");
        Add(ProxyErrorCode.ConnectTimeout, "connect_timeout", PipelineStage.Forward, RetryRule.NothingSent, 504, "The connection to the server was not made in time.");
        Add(ProxyErrorCode.UpstreamTlsTimeout, "upstream_tls_timeout", PipelineStage.Forward, RetryRule.NothingSent, 504, "The TLS handshake with the server was not complete in time.");
        Add(ProxyErrorCode.UpstreamTlsFailed, "upstream_tls_failed", PipelineStage.Forward, RetryRule.NothingSent, 502, "The TLS handshake with the server failed; the message log says why.");
        Add(ProxyErrorCode.UpstreamCertificateInvalid, "upstream_certificate_invalid", PipelineStage.Forward, RetryRule.NothingSent, 502, "The server's certificate doesn't verify; the message log says why.");
        Add(ProxyErrorCode.UpstreamCertificateExpired, "upstream_certificate_expired", PipelineStage.Forward, RetryRule.NothingSent, 502, "The server's certificate, or one that it was issued by, has expired or is not valid yet.");
        Add(ProxyErrorCode.UpstreamCertificateNameMismatch, "upstream_certificate_name_mismatch", PipelineStage.Forward, RetryRule.NothingSent, 502, "The server's certificate is for another name than its URL has, or `tls: { server_name }`.");
        Add(ProxyErrorCode.UpstreamCertificateUntrusted, "upstream_certificate_untrusted", PipelineStage.Forward, RetryRule.NothingSent, 502, "The server's certificate comes from no authority that is trusted; `tls: { ca }` names others than the system's.");
        Add(ProxyErrorCode.UpstreamHttp2Failed, "upstream_http2_failed", PipelineStage.Forward, RetryRule.NothingSent, 502, "The server did not begin HTTP/2 as it should; it may not speak it. The message log says more.");
        Add(ProxyErrorCode.QueueFull, "queue_full", PipelineStage.Forward, RetryRule.Never, 503, "The server's connections are all in use, or it has as many requests as it may have (`connections`), and as many as allowed wait.");
        Add(ProxyErrorCode.QueueTimeout, "queue_timeout", PipelineStage.Forward, RetryRule.Never, 503, "No connection to the server, or place among the requests that it or its upstream may have, became free in time.");
    }

    private static void AddResponseErrors(ProxyErrorInfo[] table)
    {
        void Add(ProxyErrorCode code, string name, RetryRule retry, int status, string text) =>
            table[(int)code] = new ProxyErrorInfo(name, ErrorSide.Upstream, PipelineStage.Forward, ErrorScope.Request, retry, status, text);

        Add(ProxyErrorCode.UpstreamReset, "upstream_reset", RetryRule.IfReused, 502, "The server reset the connection before its response began.");
        Add(ProxyErrorCode.UpstreamClosed, "upstream_closed", RetryRule.IfReused, 502, "The server closed the connection before its response began.");
        Add(ProxyErrorCode.UpstreamRefused, "upstream_refused", RetryRule.IfRefused, 503, "The server said each time that it didn't act on the request (REFUSED_STREAM, or GOAWAY before it).");
        Add(ProxyErrorCode.UpstreamStreamReset, "upstream_stream_reset", RetryRule.IfAsked, 502, "The server reset the request's HTTP/2 stream before its response began.");
        Add(ProxyErrorCode.UpstreamHttp2Error, "upstream_http2_error", RetryRule.IfAsked, 502, "The server broke HTTP/2, and its connection was closed; the message log names the rule.");
        Add(ProxyErrorCode.UpstreamSendTimeout, "upstream_send_timeout", RetryRule.IfAsked, 504, "The server took nothing of the request for too long.");
        Add(ProxyErrorCode.TryTimeout, "try_timeout", RetryRule.IfAsked, 504, "The attempt took longer than `per_try_timeout` allows.");
        Add(ProxyErrorCode.RequestTimeout, "request_timeout", RetryRule.Never, 504, "The exchange took longer than `request_timeout` allows; when the response had begun, the client sees the truncation.");
        Add(ProxyErrorCode.FirstByteTimeout, "first_byte_timeout", RetryRule.IfAsked, 504, "The server did not begin its response in time.");
        Add(ProxyErrorCode.ResponseInvalid, "response_invalid", RetryRule.Never, 502, "The response head breaks HTTP; `detail` names the rule.");
        Add(ProxyErrorCode.TooManyInterimResponses, "too_many_interim_responses", RetryRule.Never, 502, "The server sent too many interim (1xx) responses.");
        Add(ProxyErrorCode.UnexpectedUpgrade, "unexpected_upgrade", RetryRule.Never, 502, "The server switched protocols without being asked, or without the proof that it understood.");
        Add(ProxyErrorCode.UpgradeIgnored, "upgrade_ignored", RetryRule.Never, 502, "The server answered an HTTP/2 client's request for a WebSocket as if it were any other, which the client would take for success.");
        Add(ProxyErrorCode.WebSocketImpossible, "websocket_impossible", RetryRule.Never, 502, "The server speaks HTTP/2 and has not said that it takes WebSockets there (RFC 8441).");
        Add(ProxyErrorCode.ResponseTruncated, "response_truncated", RetryRule.Never, 502, "The server's connection ended within the response; the client sees the truncation.");
        Add(ProxyErrorCode.ResponseBodyInvalid, "response_body_invalid", RetryRule.Never, 502, "The framing of the response's content is broken; `detail` names the rule.");
        Add(ProxyErrorCode.ResponseBodyTimeout, "response_body_timeout", RetryRule.Never, 504, "The server paused for too long within its response.");
        Add(ProxyErrorCode.ResponseEncodingInvalid, "response_encoding_invalid", RetryRule.Never, 502, "The content is not in the encoding that the response says, is cut off, or has something behind its end; the route was to decompress it.");
        Add(ProxyErrorCode.ResponseExpandsTooMuch, "response_expands_too_much", RetryRule.Never, 502, "The content grows to more than 100 times its size, and more than 64 KiB, when the route decompresses it.");
    }

    private static void AddLocalErrors(ProxyErrorInfo[] table)
    {
        void Add(ProxyErrorCode code, string name, PipelineStage stage, ErrorScope scope, int status, string text) =>
            table[(int)code] = new ProxyErrorInfo(name, ErrorSide.Local, stage, scope, RetryRule.Never, status, text);

        Add(ProxyErrorCode.NoRoute, "no_route", PipelineStage.Route, ErrorScope.Request, 404, "No route takes the request.");
        Add(ProxyErrorCode.Overloaded, "overloaded", PipelineStage.Limits, ErrorScope.Request, 503, "The proxy has too much to do, and the route's `priority_class` is one of those that are turned away (see `overload`). In the message log also: a connection was refused for it.");
        Add(ProxyErrorCode.RewriteInvalid, "rewrite_invalid", PipelineStage.Transform, ErrorScope.Request, 500, "The text of the route's `rewrite` makes no path that may be sent, whatever comes: no leading slash, dot segments, control characters, broken escapes. `detail` names the rule.");
        Add(ProxyErrorCode.RequestHeadTooLarge, "request_head_too_large", PipelineStage.Forward, ErrorScope.Request, 431, "With the request's values in them, the headers that the route makes are too large to be forwarded, or to be sent in the response (128 KiB).");
        Add(ProxyErrorCode.ResponseHeadTooLarge, "response_head_too_large", PipelineStage.Response, ErrorScope.Request, 502, "The changes of the route made the response's headers too large to be sent (128 KiB).");
        Add(ProxyErrorCode.TunnelIdleTimeout, "tunnel_idle_timeout", PipelineStage.Forward, ErrorScope.Connection, 0, "Nothing passed through the tunnel for too long.");
        Add(ProxyErrorCode.TunnelTimeout, "tunnel_timeout", PipelineStage.Forward, ErrorScope.Connection, 0, "The tunnel lasted for as long as `tunnel_timeout` allows.");
        Add(ProxyErrorCode.ReplayFailed, "replay_failed", PipelineStage.Forward, ErrorScope.Connection, 502, "The request was to be sent again, and its content could not be read back from the temporary file.");
        Add(ProxyErrorCode.CompressionFailed, "compression_failed", PipelineStage.Response, ErrorScope.Request, 500, "There was no memory left to go on compressing the response.");
        Add(ProxyErrorCode.ShuttingDown, "shutting_down", PipelineStage.Forward, ErrorScope.Connection, 503, "The server stopped before the exchange ended.");
        Add(ProxyErrorCode.Internal, "internal", PipelineStage.Log, ErrorScope.Connection, 500, "A bug in this program; the message log has more.");
    }
}
