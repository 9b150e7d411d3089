namespace Sluice.Proxy.Templates;

/// <summary>The one table of variables: parsing and the reference come from it.</summary>
public static class TemplateVariables
{
    /// <summary>All of them, in the order of the reference.</summary>
    public static IReadOnlyList<TemplateVariableInfo> All { get; } =
    [
        new(TemplateVariable.ClientIp, "client.ip", TemplateScope.Request, "The client's address: the peer's, or what trusted proxies say. Empty on a unix socket."),
        new(TemplateVariable.Host, "host", TemplateScope.Request, "The host that was asked for, canonical: lower case, without port."),
        new(TemplateVariable.Authority, "authority", TemplateScope.Request, "The same with the port, if it isn't the default."),
        new(TemplateVariable.Path, "path", TemplateScope.Request, "The canonical path that was routed, still percent-encoded."),
        new(TemplateVariable.PathSegment, "path.1", TemplateScope.Request, "A segment of that path, counted from 1."),
        new(TemplateVariable.PathGroup, "path.", TemplateScope.Request, "A named group of the regular expression of the route's path."),
        new(TemplateVariable.Query, "query", TemplateScope.Request, "The query as it came, without the question mark."),
        new(TemplateVariable.QueryValue, "query.", TemplateScope.Request, "The first value of that name in the query, still percent-encoded; names are compared decoded."),
        new(TemplateVariable.Uri, "uri", TemplateScope.Request, "Path and query, with the question mark if there is one."),
        new(TemplateVariable.Method, "method", TemplateScope.Request, "The method."),
        new(TemplateVariable.Scheme, "scheme", TemplateScope.Request, "`http` or `https`: what the client used, or what a trusted proxy says that it used."),
        new(TemplateVariable.Header, "header.", TemplateScope.Request, "A header of the request; several lines of one name are one value, joined by `, `."),
        new(TemplateVariable.Cookie, "cookie.", TemplateScope.Request, "The first cookie of that exact name."),
        new(TemplateVariable.Route, "route", TemplateScope.Request, "The name of the route."),
        new(TemplateVariable.RequestId, "request.id", TemplateScope.Request, "The number of the request in the access log."),
        new(TemplateVariable.Time, "time", TemplateScope.Request, "Now, UTC, to the second (RFC 3339): `2026-11-21T09:30:00Z`."),
        new(TemplateVariable.Upstream, "upstream", TemplateScope.Server, "The name of the upstream."),
        new(TemplateVariable.Server, "server", TemplateScope.Server, "The server that the request goes to, as in the access log."),
        new(TemplateVariable.ServerHost, "server.host", TemplateScope.Server, "Its host and port; `localhost` for a unix socket."),
        new(TemplateVariable.Status, "status", TemplateScope.Response, "The status of the response."),
        new(TemplateVariable.Reason, "reason", TemplateScope.Response, "What that status is called, such as `Not Found`."),
        new(TemplateVariable.Error, "error", TemplateScope.Response, "The name of the [error](errors.md) of the proxy's, such as `connect_refused`; empty if a server responded."),
    ];

    /// <summary>The names that are known in a scope, as they are written.</summary>
    public static IEnumerable<string> NamesIn(TemplateScope scope) =>
        All.Where(info => info.Scope <= scope).Select(info => info.Name.EndsWith('.') ? info.Name + "NAME" : info.Name);

    /// <summary>Finds a variable by what stands between the braces; null when there is none.</summary>
    /// <param name="text">Such as <c>header.x-a</c>.</param>
    /// <param name="argument">The user's part of it, or the number of a path segment; otherwise empty.</param>
    internal static TemplateVariableInfo? Find(string text, out string argument)
    {
        argument = "";
        foreach (TemplateVariableInfo info in All)
        {
            if (info.Variable == TemplateVariable.PathSegment ? IsSegment(text) : info.Name == text && !text.EndsWith('.'))
            {
                argument = info.Variable == TemplateVariable.PathSegment ? text["path.".Length..] : "";
                return info;
            }

            if (info.Name.EndsWith('.') && text.Length > info.Name.Length && text.StartsWith(info.Name, StringComparison.Ordinal) && !IsSegment(text))
            {
                argument = text[info.Name.Length..];
                return info;
            }
        }

        return null;
    }

    private static bool IsSegment(string text) =>
        text.StartsWith("path.", StringComparison.Ordinal) && text.Length is > 5 and <= 7 && text[5] != '0' && text.AsSpan(5).IndexOfAnyExceptInRange('0', '9') < 0;
}
