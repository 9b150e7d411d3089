using System.Net;
using System.Text;
using Sluice.Http.Addresses;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Caching;
using Sluice.Proxy.Plans.Tls;
using Sluice.Proxy.Templates;

namespace Sluice.Proxy.Tests;

/// <summary>Small plans for tests. Without protection against overload: with a machine that is busy otherwise, requests would be turned away, and compression would give way.</summary>
internal static class Plans
{
    // A bug is to end the tests. What else a server says it may say of a machine that stands still for a second: that a worker is late, or a server slow.
    public static readonly SluiceServerOptions OneWorker = new()
    {
        Workers = 1,
        Log = static message => _ = message.StartsWith("bug: ", StringComparison.Ordinal) ? throw new InvalidOperationException(message) : message,
    };

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
        Overload = null,
    };

    /// <summary>Proxies everything to a server, and keeps what it answers.</summary>
    public static ProxyPlan Cached(int originPort)
    {
        ProxyPlan plan = Proxy("/never", originPort);
        var cache = new CachePlan { Valid = [new StatusLifetime(new StatusSpan(200, 200), 3600)] };
        return plan with { Routes = [plan.Routes[1] with { Cache = cache }] };
    }

    /// <summary>Answers everything with a message of gRPC, shorter than 128 bytes.</summary>
    public static ProxyPlan RespondInGrpc(string message)
    {
        byte[] content = [0, 0, 0, 0, (byte)message.Length, .. Encoding.ASCII.GetBytes(message)];
        var action = new RespondAction(200, [new("content-type", "application/grpc")], [.. content]);
        return Respond("") with { Routes = [new RoutePlan { Name = "all", Action = action }] };
    }

    /// <summary>Answers everything with files of a folder.</summary>
    public static ProxyPlan Files(string root) => Respond("") with
    {
        Routes = [new RoutePlan { Name = "all", Action = new FilesAction(root) { Precompressed = [SideFile.All[2]], ExpiresSeconds = 60 } }],
    };

    /// <summary>Proxies everything to a server that speaks TLS.</summary>
    public static ProxyPlan Encrypting(int originPort, UpstreamTlsPlan tls)
    {
        var server = new ServerPlan(new ServerAddress { Host = "127.0.0.1", Port = originPort, IsHttps = true });
        UpstreamPlan upstream = Upstream(BalancePolicy.RoundRobin, server) with { Tls = tls };
        return new ProxyPlan
        {
            Listeners = [AnyPort],
            Routes = [new RoutePlan { Name = "all", Action = new ProxyAction(upstream) }],
            Upstreams = [upstream],
            AccessLog = false,
            Overload = null,
        };
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
            Overload = null,
        };
    }

    /// <summary>Proxies everything with every retry, limit of time and failover that there is, none of which is needed.</summary>
    public static ProxyPlan Retrying(int originPort)
    {
        ProxyPlan plan = Proxy("/fixed", originPort);
        UpstreamPlan other = Named("other", originPort);
        var everything = new RetryTriggers((RetryConditions)(-1), [new StatusSpan(400, 599)]);
        RoutePlan all = plan.Routes[1] with
        {
            Action = new ProxyAction(plan.Upstreams[0]) { Failover = new FailoverPlan([other], everything) },
            Retries = new RetryPlan { On = everything, PerTryTimeoutMs = 10_000 },
            Fallback = new FallbackPlan(other, null),
            Limits = plan.Limits with { RequestTimeoutMs = 30_000 },
        };
        return plan with { Routes = [plan.Routes[0], all], Upstreams = [plan.Upstreams[0], other] };
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

    /// <summary>Answers everything with a page of about 2,000 characters.</summary>
    public static ProxyPlan RespondWithPage(CompressionPlan? compression = null)
    {
        string page = string.Concat(Enumerable.Range(100, 200).Select(number => $"line {number}\n"));
        return WithRoutes(Respond(page), route => route with
        {
            Action = new RespondAction(200, [new("content-type", "text/plain")], [.. Encoding.ASCII.GetBytes(page)]),
            Compression = compression,
        });
    }

    /// <summary>Compresses what an origin answers.</summary>
    public static ProxyPlan Compressing(int originPort, BreachPolicy breach) =>
        WithRoutes(Proxy("/none", originPort), route => route with { Compression = new CompressionPlan { Breach = breach, CpuShareMax = 10_000 } });

    /// <summary>Asks an origin for compressed answers, and decompresses them.</summary>
    public static ProxyPlan Decompressing(int originPort, string encoding)
    {
        HeaderEdit asking = Edit(HeaderOperation.Set, "accept-encoding", encoding);
        return WithRoutes(Proxy("/none", originPort), route => route with { Decompress = true, RequestHeaders = [asking] });
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
            Overload = null,
        };
    }

    /// <summary>Proxies everything to the one of some servers that is found by the hash of a value.</summary>
    public static ProxyPlan Hashed(StickyKeyPlan key, params int[] ports)
    {
        ServerPlan[] servers = [.. ports.Select(port => new ServerPlan(new ServerAddress { Host = "127.0.0.1", Port = port }))];
        UpstreamPlan upstream = Upstream(BalancePolicy.RingHash, servers) with { Balance = new BalancePlan(BalancePolicy.RingHash) { Key = key } };
        return new ProxyPlan
        {
            Listeners = [AnyPort],
            Routes = [new RoutePlan { Name = "all", Action = new ProxyAction(upstream) }],
            Upstreams = [upstream],
            AccessLog = false,
            Overload = null,
        };
    }

    /// <summary>Proxies everything to the first of some servers, with everything on that watches them.</summary>
    public static ProxyPlan Watched(CircuitBreakerPlan circuit, params int[] ports)
    {
        UpstreamPlan upstream = Upstream(BalancePolicy.First, [.. ports.Select(port => new ServerPlan(new ServerAddress { Host = "127.0.0.1", Port = port }))]) with
        {
            Outliers = new OutlierPlan { LatencyFactorHundredths = 1_000 },
            CircuitBreaker = circuit,
            AdaptiveConcurrency = new AdaptiveConcurrencyPlan { LimitMin = 1_000, LimitMax = 1_000 },
            Pool = new PoolLimits { InFlightMax = 1_000 },
        };
        return new ProxyPlan
        {
            Listeners = [AnyPort],
            Routes = [new RoutePlan { Name = "all", Action = new ProxyAction(upstream) }],
            Upstreams = [upstream],
            AccessLog = false,
            Overload = null,
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
            Overload = null,
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
    public static UpstreamPlan Upstream(BalancePolicy balance, params ServerPlan[] servers) => new() { Name = "test", Servers = [.. servers], Balance = new BalancePlan(balance) };

    private static HeaderEdit Edit(HeaderOperation operation, string name, string value) => new(operation, name, [Template.Parse(value, TemplateScope.Response)]);

    private static UpstreamPlan Named(string name, int port) => new()
    {
        Name = name,
        Servers = [new ServerPlan(new ServerAddress { Host = "127.0.0.1", Port = port })],
    };

    private static ProxyPlan WithRoutes(ProxyPlan plan, Func<RoutePlan, RoutePlan> change) => plan with { Routes = [.. plan.Routes.Select(change)] };
}
