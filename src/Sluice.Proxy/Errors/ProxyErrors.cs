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
        Add(ProxyErrorCode.Maintenance, "maintenance", ErrorSide.Local, 503, "The route is under `maintenance`, which may have another status. Nothing is wrong.");
    }

    private static void AddConnectErrors(ProxyErrorInfo[] table)
    {
        void Add(ProxyErrorCode code, string name, PipelineStage stage, RetryRule retry, int status, string text) =>
            table[(int)code] = new ProxyErrorInfo(name, ErrorSide.Upstream, stage, ErrorScope.Request, retry, status, text);

        Add(ProxyErrorCode.NoServer, "no_server", PipelineStage.Balance, RetryRule.Never, 503, "The upstream has no server that could take the request.");
        Add(ProxyErrorCode.DnsFailed, "dns_failed", PipelineStage.Forward, RetryRule.NothingSent, 502, "The server's name has never been resolved.");
        Add(ProxyErrorCode.ConnectRefused, "connect_refused", PipelineStage.Forward, RetryRule.NothingSent, 502, "The server refused the connection.");
        Add(ProxyErrorCode.ConnectFailed, "connect_failed", PipelineStage.Forward, RetryRule.NothingSent, 502, "The connection to the server could not be made.");
        Add(ProxyErrorCode.ConnectTimeout, "connect_timeout", PipelineStage.Forward, RetryRule.NothingSent, 504, "The connection to the server was not made in time.");
        Add(ProxyErrorCode.UpstreamTlsFailed, "upstream_tls_failed", PipelineStage.Forward, RetryRule.NothingSent, 502, "The TLS handshake with the server failed; the message log says why.");
        Add(ProxyErrorCode.UpstreamCertificateInvalid, "upstream_certificate_invalid", PipelineStage.Forward, RetryRule.NothingSent, 502, "The server's certificate doesn't verify; the message log says why.");
        Add(ProxyErrorCode.UpstreamHttp2Failed, "upstream_http2_failed", PipelineStage.Forward, RetryRule.NothingSent, 502, "The server did not begin HTTP/2 as it should; it may not speak it. The message log says more.");
        Add(ProxyErrorCode.QueueFull, "queue_full", PipelineStage.Forward, RetryRule.Never, 503, "The server's connections are all in use, and as many requests as allowed wait for one.");
        Add(ProxyErrorCode.QueueTimeout, "queue_timeout", PipelineStage.Forward, RetryRule.Never, 503, "No connection to the server became free in time.");
    }

    private static void AddResponseErrors(ProxyErrorInfo[] table)
    {
        void Add(ProxyErrorCode code, string name, RetryRule retry, int status, string text) =>
            table[(int)code] = new ProxyErrorInfo(name, ErrorSide.Upstream, PipelineStage.Forward, ErrorScope.Request, retry, status, text);

        Add(ProxyErrorCode.UpstreamReset, "upstream_reset", RetryRule.IfReused, 502, "The server reset the connection before its response began.");
        Add(ProxyErrorCode.UpstreamClosed, "upstream_closed", RetryRule.IfReused, 502, "The server closed the connection before its response began.");
        Add(ProxyErrorCode.UpstreamRefused, "upstream_refused", RetryRule.IfRefused, 503, "The server said each time that it didn't act on the request (REFUSED_STREAM, or GOAWAY before it).");
        Add(ProxyErrorCode.UpstreamStreamReset, "upstream_stream_reset", RetryRule.Never, 502, "The server reset the request's HTTP/2 stream before its response began.");
        Add(ProxyErrorCode.UpstreamHttp2Error, "upstream_http2_error", RetryRule.Never, 502, "The server broke HTTP/2, and its connection was closed; the message log names the rule.");
        Add(ProxyErrorCode.FirstByteTimeout, "first_byte_timeout", RetryRule.Never, 504, "The server did not begin its response in time.");
        Add(ProxyErrorCode.ResponseInvalid, "response_invalid", RetryRule.Never, 502, "The response head breaks HTTP; `detail` names the rule.");
        Add(ProxyErrorCode.TooManyInterimResponses, "too_many_interim_responses", RetryRule.Never, 502, "The server sent too many interim (1xx) responses.");
        Add(ProxyErrorCode.UnexpectedUpgrade, "unexpected_upgrade", RetryRule.Never, 502, "The server switched protocols without being asked, or without the proof that it understood.");
        Add(ProxyErrorCode.UpgradeIgnored, "upgrade_ignored", RetryRule.Never, 502, "The server answered an HTTP/2 client's request for a WebSocket as if it were any other, which the client would take for success.");
        Add(ProxyErrorCode.WebSocketImpossible, "websocket_impossible", RetryRule.Never, 502, "The server speaks HTTP/2 and has not said that it takes WebSockets there (RFC 8441).");
        Add(ProxyErrorCode.ResponseTruncated, "response_truncated", RetryRule.Never, 502, "The server's connection ended within the response; the client sees the truncation.");
        Add(ProxyErrorCode.ResponseBodyInvalid, "response_body_invalid", RetryRule.Never, 502, "The framing of the response's content is broken; `detail` names the rule.");
        Add(ProxyErrorCode.ResponseBodyTimeout, "response_body_timeout", RetryRule.Never, 504, "The server paused for too long within its response.");
    }

    private static void AddLocalErrors(ProxyErrorInfo[] table)
    {
        void Add(ProxyErrorCode code, string name, PipelineStage stage, ErrorScope scope, int status, string text) =>
            table[(int)code] = new ProxyErrorInfo(name, ErrorSide.Local, stage, scope, RetryRule.Never, status, text);

        Add(ProxyErrorCode.NoRoute, "no_route", PipelineStage.Route, ErrorScope.Request, 404, "No route takes the request.");
        Add(ProxyErrorCode.RewriteInvalid, "rewrite_invalid", PipelineStage.Transform, ErrorScope.Request, 500, "The text of the route's `rewrite` makes no path that may be sent, whatever comes: no leading slash, dot segments, control characters, broken escapes. `detail` names the rule.");
        Add(ProxyErrorCode.RequestHeadTooLarge, "request_head_too_large", PipelineStage.Forward, ErrorScope.Request, 431, "With the request's values in them, the headers that the route makes are too large to be forwarded, or to be sent in the response (128 KiB).");
        Add(ProxyErrorCode.ResponseHeadTooLarge, "response_head_too_large", PipelineStage.Response, ErrorScope.Request, 502, "The changes of the route made the response's headers too large to be sent (128 KiB).");
        Add(ProxyErrorCode.TunnelIdleTimeout, "tunnel_idle_timeout", PipelineStage.Forward, ErrorScope.Connection, 0, "Nothing passed through the tunnel for too long.");
        Add(ProxyErrorCode.TunnelTimeout, "tunnel_timeout", PipelineStage.Forward, ErrorScope.Connection, 0, "The tunnel lasted for as long as `tunnel_timeout` allows.");
        Add(ProxyErrorCode.ShuttingDown, "shutting_down", PipelineStage.Forward, ErrorScope.Connection, 503, "The server stopped before the exchange ended.");
        Add(ProxyErrorCode.Internal, "internal", PipelineStage.Log, ErrorScope.Connection, 500, "A bug in this program; the message log has more.");
    }
}
