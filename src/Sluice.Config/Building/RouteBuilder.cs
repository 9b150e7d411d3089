using Sluice.Config.Model;
using Sluice.Config.Yaml;

namespace Sluice.Config.Building;

/// <summary>Builds a route. Exactly one action is to be given.</summary>
public sealed class RouteBuilder : ValueBuilder<RouteBuilder>
{
    private Func<RouteConfig, RouteConfig>? _changes;

    internal RouteBuilder(int number)
        : base($"route {number}")
    {
    }

    /// <summary>Its name in logs; unique. Errors of what is said after it name it.</summary>
    public RouteBuilder Name(string name)
    {
        Thing = $"route `{name}`";
        return Set("name", name);
    }

    /// <summary>Takes requests to any of some paths: <c>/exact</c>, or <c>/api/*</c> for all below, too.</summary>
    public RouteBuilder Match(params IEnumerable<string> paths) => Match(match => match.Set("path", paths));

    /// <summary>Takes the requests that fit all of some options, by the keys of a file.</summary>
    public RouteBuilder Match(Action<OptionsBuilder> configure) => Set("match", configure);

    /// <summary>Forwards to an upstream by its name, or to a server by its URL.</summary>
    public RouteBuilder Proxy(string upstreamOrUrl) => Set("proxy", upstreamOrUrl);

    /// <summary>Forwards to one of several servers.</summary>
    public RouteBuilder Proxy(IEnumerable<string> urls) => Set("proxy", urls);

    /// <summary>Answers with a text.</summary>
    public RouteBuilder Respond(string body) => Set("respond", respond => respond.Set("body", body));

    /// <summary>Answers with a status, 200 to 599, and maybe a text.</summary>
    public RouteBuilder Respond(int status, string? body = null) => Set("respond", respond =>
    {
        respond.Set("status", status);
        if (body is not null)
        {
            respond.Set("body", body);
        }
    });

    /// <summary>Sends the client to a path or URL, which may have variables; <c>https</c> is the same host and URI by https.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="status">301, 302, 303, 307 or 308.</param>
    public RouteBuilder Redirect(string to, int status = 308) => Set("redirect", redirect => redirect.Set("to", to).Set("status", status));

    /// <summary>Answers with files of a folder.</summary>
    public RouteBuilder Files(string root) => Set("files", root);

    /// <summary>Answers with files of a folder, by the keys of a file.</summary>
    public RouteBuilder Files(Action<OptionsBuilder> configure) => Set("files", configure);

    /// <summary>Rewrites what goes to a server, or which file is looked for, by the keys of a file.</summary>
    public RouteBuilder Rewrite(Action<OptionsBuilder> configure) => Set("rewrite", configure);

    /// <summary>Turns the server's own URLs in responses into those that the client knows.</summary>
    public RouteBuilder RewriteLocation() => Set("rewrite_location", "true");

    /// <summary>Rewrites cookies that the server sets, by the keys of a file.</summary>
    public RouteBuilder RewriteCookies(Action<OptionsBuilder> configure) => Set("rewrite_cookies", configure);

    /// <summary>Changes headers on the way to a server, by the keys of a file.</summary>
    public RouteBuilder RequestHeaders(Action<OptionsBuilder> configure) => Set("request_headers", configure);

    /// <summary>Changes headers of responses, by the keys of a file.</summary>
    public RouteBuilder ResponseHeaders(Action<OptionsBuilder> configure) => Set("response_headers", configure);

    /// <summary>Ready-made response headers against attacks on browsers, such as <c>strict</c>.</summary>
    public RouteBuilder SecurityHeaders(string preset) => Set("security_headers", preset);

    /// <summary>Takes the settings of policies, a later one before an earlier one.</summary>
    public RouteBuilder Use(params IEnumerable<string> policies) => Set("use", policies);

    /// <summary>Limits and timeouts for its requests, by the keys of a file.</summary>
    public RouteBuilder Limits(Action<OptionsBuilder> configure) => Set("limits", configure);

    /// <summary>When its requests are sent again, by the keys of a file.</summary>
    public RouteBuilder Retries(Action<OptionsBuilder> configure) => Set("retries", configure);

    /// <summary>Whether its responses are stored and sent again (RFC 9111).</summary>
    public RouteBuilder Cache(bool isOn = true) => Set("cache", isOn);

    /// <summary>Stores its responses and sends them again, by the keys of a file.</summary>
    public RouteBuilder Cache(Action<OptionsBuilder> configure) => Set("cache", configure);

    /// <summary>An upstream by its name, or a server by its URL, that gets requests which have failed everywhere else.</summary>
    public RouteBuilder Fallback(string upstreamOrUrl) => Set("fallback", upstreamOrUrl);

    /// <summary>Takes only requests of clients that have shown a certificate.</summary>
    public RouteBuilder RequireClientCertificate() => Set("client_certificate", "required");

    /// <summary>Takes requests of safe methods in early data (0-RTT), which somebody may have recorded and sent again.</summary>
    public RouteBuilder EarlyData() => Set("early_data", true);

    /// <summary>Has calls in gRPC-Web go to the servers in gRPC.</summary>
    public RouteBuilder GrpcWeb() => Set("grpc_web", true);

    /// <summary>Changes the record that was made from the options; several changes are made in their order.</summary>
    public RouteBuilder With(Func<RouteConfig, RouteConfig> change)
    {
        Func<RouteConfig, RouteConfig>? earlier = _changes;
        _changes = earlier is null ? change : route => change(earlier(route));
        return this;
    }

    /// <summary>Makes the changes.</summary>
    internal RouteConfig Change(RouteConfig route) => _changes is null ? route : _changes(route);
}
