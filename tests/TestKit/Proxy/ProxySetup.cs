using System.Net;
using Sluice.Proxy.Plans;
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

    /// <summary>Limits and timeouts.</summary>
    public ProxyLimits Limits { get; init; } = new();

    /// <summary>The pool of each server.</summary>
    public PoolLimits Pool { get; init; } = new();

    /// <summary>How a server is picked.</summary>
    public BalancePolicy Balance { get; init; } = BalancePolicy.RoundRobin;

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

    /// <summary>Event loops. One makes pools and turns exact.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>The plan with these servers; without any, requests that <see cref="Routes"/> leave have no route.</summary>
    public ProxyPlan ToPlan(IReadOnlyList<ServerPlan> servers)
    {
        var upstream = new UpstreamPlan { Name = UpstreamName, Servers = [.. servers], Balance = Balance, Pool = Pool, Tls = UpstreamTls, Http2 = UpstreamHttp2 };
        RoutePlan route = Route(new RoutePlan { Name = "everything", Hosts = [.. Hosts], Action = new ProxyAction(upstream) });
        return new ProxyPlan
        {
            Listeners = [new ListenerPlan(Listen, Listen.ToString()!) { Tls = Tls, Http2 = Http2 }],
            Routes = servers.Count == 0 ? [.. Routes] : [.. Routes, route],
            Upstreams = servers.Count == 0 ? [.. OtherUpstreams] : [.. OtherUpstreams, upstream],
            Limits = Limits,
            Forwarded = Forwarded,
        };
    }
}
