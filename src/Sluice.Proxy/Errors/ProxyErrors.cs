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
        Add(ProxyErrorCode.QueueFull, "queue_full", PipelineStage.Forward, RetryRule.Never, 503, "The server's connections are all in use, and as many requests as allowed wait for one.");
        Add(ProxyErrorCode.QueueTimeout, "queue_timeout", PipelineStage.Forward, RetryRule.Never, 503, "No connection to the server became free in time.");
    }

    private static void AddResponseErrors(ProxyErrorInfo[] table)
    {
        void Add(ProxyErrorCode code, string name, RetryRule retry, int status, string text) =>
            table[(int)code] = new ProxyErrorInfo(name, ErrorSide.Upstream, PipelineStage.Forward, ErrorScope.Request, retry, status, text);

        Add(ProxyErrorCode.UpstreamReset, "upstream_reset", RetryRule.IfReused, 502, "The server reset the connection before its response began.");
        Add(ProxyErrorCode.UpstreamClosed, "upstream_closed", RetryRule.IfReused, 502, "The server closed the connection before its response began.");
        Add(ProxyErrorCode.FirstByteTimeout, "first_byte_timeout", RetryRule.Never, 504, "The server did not begin its response in time.");
        Add(ProxyErrorCode.ResponseInvalid, "response_invalid", RetryRule.Never, 502, "The response head breaks HTTP; `detail` names the rule.");
        Add(ProxyErrorCode.TooManyInterimResponses, "too_many_interim_responses", RetryRule.Never, 502, "The server sent too many interim (1xx) responses.");
        Add(ProxyErrorCode.UnexpectedUpgrade, "unexpected_upgrade", RetryRule.Never, 502, "The server switched protocols without being asked.");
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
        Add(ProxyErrorCode.RequestHeadTooLarge, "request_head_too_large", PipelineStage.Forward, ErrorScope.Request, 431, "The changes of the route made the request's headers too large to be forwarded (128 KiB).");
        Add(ProxyErrorCode.ResponseHeadTooLarge, "response_head_too_large", PipelineStage.Response, ErrorScope.Request, 502, "The changes of the route made the response's headers too large to be sent (128 KiB).");
        Add(ProxyErrorCode.TunnelIdleTimeout, "tunnel_idle_timeout", PipelineStage.Forward, ErrorScope.Connection, 0, "Nothing passed through the tunnel for too long.");
        Add(ProxyErrorCode.ShuttingDown, "shutting_down", PipelineStage.Forward, ErrorScope.Connection, 503, "The server stopped before the exchange ended.");
        Add(ProxyErrorCode.Internal, "internal", PipelineStage.Log, ErrorScope.Connection, 500, "A bug in this program; the message log has more.");
    }
}
