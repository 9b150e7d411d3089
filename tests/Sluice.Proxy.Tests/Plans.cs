using System.Net;
using System.Text;
using Sluice.Http.Addresses;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;
using Sluice.Proxy.Templates;

namespace Sluice.Proxy.Tests;

/// <summary>Small plans for tests.</summary>
internal static class Plans
{
    public static readonly SluiceServerOptions OneWorker = new() { Workers = 1, Log = message => throw new InvalidOperationException(message) };

    private static readonly IpAddress Loopback = IpAddress.TryParse("127.0.0.1", out IpAddress address) ? address : default;

    private static readonly ListenerPlan AnyPort = new(new IPEndPoint(IPAddress.Loopback, 0), "127.0.0.1:0");

    /// <summary>The port of a server's first listener.</summary>
    public static int PortOf(SluiceServer server) => ((IPEndPoint)server.EndPoints[0]).Port;

    /// <summary>Answers everything with a text.</summary>
    public static ProxyPlan Respond(string body) => new()
    {
        Listeners = [AnyPort],
        Routes = [new RoutePlan { Name = "all", Action = new RespondAction(200, [], [.. Encoding.ASCII.GetBytes(body)]) }],
        Upstreams = [],
        AccessLog = false,
    };

    /// <summary>Proxies everything to a server that speaks TLS.</summary>
    public static ProxyPlan Encrypting(int originPort, UpstreamTlsPlan tls)
    {
        var server = new ServerPlan(new ServerAddress { Host = "127.0.0.1", Port = originPort, IsHttps = true });
        UpstreamPlan upstream = Upstream(BalancePolicy.RoundRobin, server) with { Tls = tls };
        return new ProxyPlan { Listeners = [AnyPort], Routes = [new RoutePlan { Name = "all", Action = new ProxyAction(upstream) }], Upstreams = [upstream], AccessLog = false };
    }

    /// <summary>Answers one path itself, and proxies everything else.</summary>
    public static ProxyPlan Proxy(string respondPath, int originPort)
    {
        UpstreamPlan upstream = Upstream(BalancePolicy.RoundRobin, new ServerPlan(new ServerAddress { Host = "127.0.0.1", Port = originPort }));
        return new ProxyPlan
        {
            Listeners = [AnyPort],
            Routes =
            [
                new RoutePlan { Name = "fixed", Paths = [new PathMatch(respondPath, IsPrefix: false)], Action = new RespondAction(200, [], [.. Encoding.ASCII.GetBytes("fixed")]) },
                new RoutePlan { Name = "all", Action = new ProxyAction(upstream) },
            ],
            Upstreams = [upstream],
            AccessLog = false,
        };
    }

    /// <summary>Proxies everything with headers changed both ways and the target rewritten.</summary>
    public static ProxyPlan Transforming(int originPort)
    {
        ProxyPlan plan = Proxy("/fixed", originPort);
        RoutePlan all = plan.Routes[1] with
        {
            Rewrite = new RewritePlan { StripPrefix = "/x", AddPrefix = "/y", Query = [new QueryEdit("from", DropsOld: true, [Template.Parse("{host}", TemplateScope.Request)])] },
            RequestHeaders =
            [
                Edit(HeaderOperation.Set, "host", "{server.host}"), Edit(HeaderOperation.Set, "x-client", "{client.ip} {header.user-agent} {time}"),
                Edit(HeaderOperation.Default, "accept-language", "en"), new(HeaderOperation.RemovePrefix, "x-internal-", []),
            ],
            ResponseHeaders =
            [
                Edit(HeaderOperation.Set, "x-status", "{status} {request.id} {uri}"), new(HeaderOperation.Remove, "server", []),
                Edit(HeaderOperation.Default, "cache-control", "no-store") with { HttpsOnly = true },
            ],
        };
        return plan with { Routes = [plan.Routes[0], all] };
    }

    /// <summary>Splits everything between two servers, of which the second gets nothing.</summary>
    public static ProxyPlan Split(StickyPlan? sticky, int firstPort, int secondPort)
    {
        UpstreamPlan[] upstreams = [Named("first", firstPort), Named("second", secondPort)];

        // All to one of them: how many go to each at once would be chance, and with it how many connections are made.
        var action = new ProxyAction([new UpstreamShare(upstreams[0], 1), new UpstreamShare(upstreams[1], 0)]) { Sticky = sticky };
        return new ProxyPlan
        {
            Listeners = [AnyPort],
            Routes = [new RoutePlan { Name = "all", Action = action }],
            Upstreams = [.. upstreams],
            AccessLog = false,
        };
    }

    /// <summary>Proxies everything to a server, and copies it to another one.</summary>
    public static ProxyPlan Mirrored(int originPort, int shadowPort, int concurrencyMax)
    {
        UpstreamPlan origin = Named("origin", originPort);
        UpstreamPlan shadow = Named("shadow", shadowPort);
        return new ProxyPlan
        {
            Listeners = [AnyPort],
            Routes = [new RoutePlan { Name = "all", Action = new ProxyAction(origin), Mirror = new MirrorPlan(shadow) { ConcurrencyMax = concurrencyMax } }],
            Upstreams = [origin, shadow],
            AccessLog = false,
        };
    }

    /// <summary>Proxies <c>GET</c> with every check of a route and CORS, answers preflights, and all else with an error page.</summary>
    public static ProxyPlan Checking(int originPort)
    {
        ProxyPlan plan = Proxy("/fixed", originPort);
        Template page = Template.Parse("{status} {error} {path}", TemplateScope.Response, TemplateSyntax.Content);
        RoutePlan all = plan.Routes[1] with
        {
            Methods = ["GET", "PURGE"],
            PathPolicy = PathPolicyPlan.Strict with { DotSegments = PathVerdict.Report },
            Maintenance = new MaintenancePlan { Except = [new IpRange(default, 0), new IpRange(Loopback, 128)] },
            Cors = new CorsPlan
            {
                Origins = [new CorsOrigin("https://*.example", CorsOriginKind.Wildcard), new CorsOrigin("https://[a-z]+\\.test", CorsOriginKind.Regex)],
                Methods = ["GET"],
                Credentials = true,
                Expose = ["x-a"],
            },
            ErrorPages = [new ErrorPagePlan(400, 499, 1, new PagePlan("text/plain", TemplateEncoding.Text, page))],
        };
        return plan with { Routes = [plan.Routes[0], all] };
    }

    /// <summary>An upstream of the given servers.</summary>
    public static UpstreamPlan Upstream(BalancePolicy balance, params ServerPlan[] servers) => new() { Name = "test", Servers = [.. servers], Balance = balance };

    private static HeaderEdit Edit(HeaderOperation operation, string name, string value) => new(operation, name, [Template.Parse(value, TemplateScope.Response)]);

    private static UpstreamPlan Named(string name, int port) => new()
    {
        Name = name,
        Servers = [new ServerPlan(new ServerAddress { Host = "127.0.0.1", Port = port })],
    };
}
