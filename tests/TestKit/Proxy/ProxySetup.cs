using System.Net;
using Sluice.Proxy.Caching.Tiers;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Caching;
using Sluice.Proxy.Plans.Checks;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.TestKit.Proxy;

/// <summary>
/// How the proxy of a test differs from the plain one: one worker, one listener on a port the kernel chooses, every request to one
/// upstream.
/// </summary>
public sealed record ProxySetup
{
    /// <summary>The name of the only upstream.</summary>
    public const string UpstreamName = "origin";

    // Those of a public proxy are shorter than what a step of a script waits, so something that is to happen at once might come by one of them.
    private static readonly ProxyLimits BeyondPatience = new()
    {
        RequestHeadTimeoutMs = 60_000,
        MinDataRateGraceMs = 60_000,
        DrainTimeoutMs = 60_000,
        ConnectTimeoutMs = 60_000,
        TlsTimeoutMs = 60_000,
        ContinueTimeoutMs = 60_000,
    };

    /// <summary>Limits and timeouts.</summary>
    public ProxyLimits Limits { get; init; } = BeyondPatience;

    /// <summary>When it protects itself; null for never. That other programs take cores or memory is none of the reasons.</summary>
    public OverloadPlan? Overload { get; init; } = new() { DelayMaxMs = 60_000, MemoryLimitBytes = 1L << 40 };

    /// <summary>The pool of each server.</summary>
    public PoolLimits Pool { get; init; } = new();

    /// <summary>How a server is picked.</summary>
    public BalancePlan Balance { get; init; } = new(BalancePolicy.RoundRobin);

    /// <summary>Trust and forwarding fields.</summary>
    public ForwardedPlan Forwarded { get; init; } = new();

    /// <summary>Routes that come before the one to the upstream.</summary>
    public IReadOnlyList<RoutePlan> Routes { get; init; } = [];

    /// <summary>Upstreams that <see cref="Routes"/> refer to.</summary>
    public IReadOnlyList<UpstreamPlan> OtherUpstreams { get; init; } = [];

    /// <summary>The hosts that the upstream's route takes; empty means every host.</summary>
    public IReadOnlyList<HostMatch> Hosts { get; init; } = [];

    /// <summary>What else is said about the upstream's route.</summary>
    public Func<RoutePlan, RoutePlan> Route { get; init; } = route => route;

    /// <summary>What else is said about the upstream.</summary>
    public Func<UpstreamPlan, UpstreamPlan> Upstream { get; init; } = upstream => upstream;

    /// <summary>Where the proxy listens.</summary>
    public EndPoint Listen { get; init; } = new IPEndPoint(IPAddress.Loopback, 0);

    /// <summary>TLS with clients; null for plain HTTP.</summary>
    public TlsPlan? Tls { get; init; }

    /// <summary>Whether clients may speak HTTP/2.</summary>
    public Http2Mode Http2 { get; init; } = Http2Mode.Negotiated;

    /// <summary>Whether servers are spoken with in HTTP/2.</summary>
    public Http2Mode UpstreamHttp2 { get; init; }

    /// <summary>TLS with servers whose address is https.</summary>
    public UpstreamTlsPlan UpstreamTls { get; init; } = new();

    /// <summary>How servers are checked; null for not at all.</summary>
    public HealthCheckPlan? HealthCheck { get; init; }

    /// <summary>How the names of servers are resolved.</summary>
    public DnsPlan Dns { get; init; } = new();

    /// <summary>Where responses are kept.</summary>
    public CacheStorePlan Cache { get; init; } = new();

    /// <summary>A tier of the cache behind memory and disk; null for none.</summary>
    public ICacheTier? CacheTier { get; init; }

    /// <summary>Event loops. One makes pools and turns exact.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>The plan with these servers; without any, requests that <see cref="Routes"/> leave have no route.</summary>
    public ProxyPlan ToPlan(IReadOnlyList<ServerPlan> servers)
    {
        UpstreamPlan upstream = Upstream(new UpstreamPlan
        {
            Name = UpstreamName,
            Servers = [.. servers],
            Balance = Balance,
            Pool = Pool,
            Tls = UpstreamTls,
            Http2 = UpstreamHttp2,
            HealthCheck = HealthCheck,
        });
        RoutePlan route = Route(new RoutePlan { Name = "everything", Hosts = [.. Hosts], Action = new ProxyAction(upstream) });
        return new ProxyPlan
        {
            Listeners = [new ListenerPlan(Listen, Listen.ToString()!) { Tls = Tls, Http2 = Http2 }],
            Routes = servers.Count == 0 ? [.. Routes] : [.. Routes, route],
            Upstreams = servers.Count == 0 ? [.. OtherUpstreams] : [.. OtherUpstreams, upstream],
            Limits = Limits,
            Overload = Overload,
            Forwarded = Forwarded,
            Dns = Dns,
            Cache = Cache,
        };
    }
}
