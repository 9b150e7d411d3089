using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Checks;
using Sluice.Proxy.Upstreams;
using Sluice.Proxy.Workers;

namespace Sluice.Proxy.Health.Checks;

/// <summary>The checks of an upstream made ready: what those of its servers have in common. Immutable; shared by all workers.</summary>
internal sealed class UpstreamChecks
{
    // None is kept: each check finds out whether the server takes a connection.
    private static readonly PoolLimits FreshConnections = new() { IdleConnectionsMax = 0, IdleTimeoutMs = 0, RequestsMax = 1 };

    private readonly UpstreamPlan _upstream;
    private readonly UpstreamTls? _tls;
    private readonly UpstreamHealth _unheard;
    private readonly CheckMatcher? _matcher;
    private readonly int _workers;

    /// <summary>Makes the checks of a plan ready.</summary>
    /// <param name="upstream">The upstream, which has checks.</param>
    /// <param name="workers">How many workers there are.</param>
    /// <param name="tls">TLS with its servers where checks need another one than requests; see <see cref="NeedsOwnTls"/>.</param>
    public UpstreamChecks(UpstreamPlan upstream, int workers, UpstreamTls? tls)
    {
        Plan = upstream.HealthCheck!;
        _upstream = upstream with { Http2 = HttpVersionOf(upstream), Pool = FreshConnections };
        _workers = workers;
        _tls = tls;
        _unheard = new UpstreamHealth(workers, static _ => { });
        _matcher = Plan.Expected is { } expected ? new CheckMatcher(expected) : null;
    }

    /// <summary>What the configuration says.</summary>
    public HealthCheckPlan Plan { get; }

    /// <summary>Whether checks ask for another protocol by ALPN than requests: gRPC needs HTTP/2.</summary>
    public static bool NeedsOwnTls(UpstreamPlan upstream) =>
        upstream.Http2 == Http2Mode.Off && HttpVersionOf(upstream) != Http2Mode.Off && upstream.Servers.Any(server => server.Address.IsHttps);

    /// <summary>What HTTP/2 checks speak.</summary>
    public static Http2Mode HttpVersionOf(UpstreamPlan upstream) =>
        upstream.HealthCheck is { Kind: CheckKind.Grpc } ? Http2Mode.PriorKnowledge : upstream.Http2;

    /// <summary>The state of a server that only checks know.</summary>
    /// <param name="server">The server that is checked.</param>
    /// <param name="address">Where checks connect to.</param>
    public ServerState CreateProbe(ServerState server, ServerAddress address) =>
        new(address, _upstream, _workers, server.Tls is null ? null : _tls ?? server.Tls, _unheard) { IsProbe = true };

    /// <summary>What looks at a server.</summary>
    public Probe ProbeOf(Worker worker, ServerState server, ProbeTarget target) => Plan.Kind switch
    {
        CheckKind.Tcp => new TcpProbe(target, Plan, _matcher),
        CheckKind.Grpc => new GrpcProbe(target, CheckRequest.ForGrpc(Plan, server)),
        _ => new HttpProbe(target, Plan, _matcher, CheckRequest.ForHttp(Plan, server)),
    };
}
