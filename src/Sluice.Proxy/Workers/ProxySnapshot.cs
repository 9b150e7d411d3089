using Sluice.Http.Http1;
using Sluice.Proxy.Caching;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Health;
using Sluice.Proxy.Health.Checks;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;
using Sluice.Proxy.Resolution;
using Sluice.Proxy.Routing;
using Sluice.Proxy.Upstreams;
using Sluice.Reactor.Tls;

namespace Sluice.Proxy.Workers;

/// <summary>A plan made ready to serve: compiled routes, and the states of upstreams, servers and routes. Built once, read by all workers.</summary>
/// <remarks>
/// States are carried over from the snapshot before by identity: a route by its name, an upstream by its whole plan, a server by its address within
/// its upstream, and what is said of TLS and HTTP/2 with it. Building changes nothing of what is carried over, so that a snapshot can still be thrown away.
/// </remarks>
internal sealed class ProxySnapshot
{
    // Together with three copies of a host and the fields that are added, below the 128 KiB of the largest buffer.
    private const int StartLineBytesMax = 16 * 1024;
    private const int FieldSectionBytesMax = 80 * 1024;

    /// <summary>Makes a plan ready.</summary>
    /// <param name="plan">What the configuration says.</param>
    /// <param name="workers">How many workers there are.</param>
    /// <param name="services">The members of the services that upstreams have for servers, as far as they are known.</param>
    /// <param name="report">Takes lines for the operator, about servers that change.</param>
    /// <param name="previous">The snapshot that it takes the place of.</param>
    public ProxySnapshot(
        ProxyPlan plan, int workers, IReadOnlyDictionary<string, PlanList<ServiceMember>> services, Action<string> report, ProxySnapshot? previous = null)
    {
        Plan = plan;
        Services = services;
        ClientCertificateFields = new ClientCertificateFields(plan.Forwarded.ClientIdentity);
        RequestHeadLimits = HeadLimitsOf(plan.Limits.RequestLineBytesMax, plan.Limits.RequestFieldBytesMax, plan.Limits.RequestFieldCountMax);
        ResponseHeadLimits = HeadLimitsOf(plan.Limits.ResponseHeadBytesMax, plan.Limits.ResponseHeadBytesMax, plan.Limits.ResponseFieldCountMax);
        Upstreams = UpstreamsOf(plan, workers, services, report, previous);
        Servers = [.. Upstreams.Values.SelectMany(upstream => upstream.Members).Select(member => member.Server).Distinct()];
        RouteStates = plan.Routes.ToDictionary(
            route => route.Name,
            route => previous?.RouteStates.GetValueOrDefault(route.Name) ?? new RouteState(workers),
            StringComparer.Ordinal);
        CompiledRoute[] routes = [.. plan.Routes.Select(route => new CompiledRoute(route, plan.Limits, RouteStates[route.Name], Upstreams))];
        Routes = new RouteTable(routes);
        CachedRoutes = [.. routes.Select(route => route.Cache).OfType<RouteCache>()];
    }

    /// <summary>What the configuration says.</summary>
    public ProxyPlan Plan { get; }

    /// <summary>The members of services that upstreams were made with.</summary>
    public IReadOnlyDictionary<string, PlanList<ServiceMember>> Services { get; }

    /// <summary>The routes, ready to be searched.</summary>
    public RouteTable Routes { get; }

    /// <summary>What routes have cached.</summary>
    public RouteCache[] CachedRoutes { get; }

    /// <summary>The counters of routes by name.</summary>
    public IReadOnlyDictionary<string, RouteState> RouteStates { get; }

    /// <summary>The upstreams by name.</summary>
    public IReadOnlyDictionary<string, UpstreamState> Upstreams { get; }

    /// <summary>All servers of all upstreams.</summary>
    public IReadOnlyList<ServerState> Servers { get; }

    /// <summary>The headers that tell upstreams of clients' certificates.</summary>
    public ClientCertificateFields ClientCertificateFields { get; }

    /// <summary>What the head of a request may be.</summary>
    public HeadLimits RequestHeadLimits { get; }

    /// <summary>What the head of a response may be.</summary>
    public HeadLimits ResponseHeadLimits { get; }

    /// <summary>Tells what is carried over what it is from now on; called by whoever swaps the snapshot in.</summary>
    /// <returns>The servers whose connections have other limits than before.</returns>
    public List<ServerState> Activate()
    {
        var changed = new List<ServerState>();
        foreach (UpstreamState upstream in Upstreams.Values)
        {
            foreach (UpstreamMember member in upstream.Members.Where(member => member.Server.PoolLimits != upstream.Plan.Pool))
            {
                member.Server.PoolLimits = upstream.Plan.Pool;
                changed.Add(member.Server);
            }
        }

        return changed;
    }

    private static Dictionary<string, UpstreamState> UpstreamsOf(
        ProxyPlan plan, int workers, IReadOnlyDictionary<string, PlanList<ServiceMember>> services, Action<string> report, ProxySnapshot? previous)
    {
        var servers = new Dictionary<(string Upstream, ServerAddress Address, UpstreamTlsPlan? Tls, Http2Mode Http2), ServerState>();
        foreach (ServerState server in previous?.Servers ?? [])
        {
            servers.Add((server.UpstreamName, server.Address, server.Tls?.Plan, server.Http2), server);
        }

        var upstreams = new Dictionary<string, UpstreamState>(StringComparer.Ordinal);
        foreach (UpstreamPlan upstream in plan.Upstreams.Select(written => ServiceExpansion.Expand(written, services)))
        {
            UpstreamState? before = previous?.Upstreams.GetValueOrDefault(upstream.Name);
            upstreams.Add(upstream.Name, before is not null && before.Plan == upstream ? before : Create(upstream));
        }

        return upstreams;

        UpstreamState Create(UpstreamPlan upstream)
        {
            UpstreamState? before = previous?.Upstreams.GetValueOrDefault(upstream.Name);
            UpstreamHealth health = before?.Health ?? new UpstreamHealth(workers, message => report($"upstream {upstream.Name}: {message}"));
            var members = new List<UpstreamMember>(upstream.Servers.Count);
            UpstreamTls? tls = null;
            foreach (ServerPlan server in upstream.Servers)
            {
                (string, ServerAddress, UpstreamTlsPlan?, Http2Mode) identity =
                    (upstream.Name, server.Address, server.Address.IsHttps ? upstream.Tls : null, upstream.Http2);
                if (!servers.TryGetValue(identity, out ServerState? state))
                {
                    state = new ServerState(server.Address, upstream, workers, server.Address.IsHttps ? tls ??= TlsOf(upstream) : null, health);
                    servers.Add(identity, state);
                    Welcome(state, upstream, before);
                }

                members.Add(new UpstreamMember(state, server.Weight, server.Tier, members.Count));
            }

            return new UpstreamState(upstream, members, workers, health, before) { Checks = ChecksOf(upstream, workers) };
        }
    }

    // One that is added to a running upstream begins slowly, and one that is spoken with in another way stays as the operator wants it.
    private static void Welcome(ServerState server, UpstreamPlan upstream, UpstreamState? before)
    {
        UpstreamMember? same = before is null ? null : Array.Find(before.Members, member => member.Server.Address == server.Address);
        CheckStart.Apply(server, upstream, same?.Server);
        if (before is null)
        {
            return;
        }

        server.Health.BeginSlowly();
        if (same is not null)
        {
            server.Health.TakeOver(same.Server.Health);
        }
    }

    private static UpstreamChecks? ChecksOf(UpstreamPlan upstream, int workers)
    {
        if (upstream.HealthCheck is null)
        {
            return null;
        }

        UpstreamTls? tls = UpstreamChecks.NeedsOwnTls(upstream) ? TlsOf(upstream with { Http2 = UpstreamChecks.HttpVersionOf(upstream) }) : null;
        return new UpstreamChecks(upstream, workers, tls);
    }

    private static UpstreamTls TlsOf(UpstreamPlan upstream)
    {
        try
        {
            return new UpstreamTls(upstream.Tls, upstream.Http2);
        }
        catch (TlsException exception)
        {
            throw new ListenException($"cannot speak TLS with the servers of {upstream.Name}: {exception.Message}");
        }
    }

    // A head has to fit into the largest buffer with what is added to it, whatever the configuration allows.
    private static HeadLimits HeadLimitsOf(int lineBytesMax, int fieldBytesMax, int fieldCountMax) =>
        new(Math.Min(lineBytesMax, StartLineBytesMax), Math.Min(fieldBytesMax, FieldSectionBytesMax), fieldCountMax);
}
