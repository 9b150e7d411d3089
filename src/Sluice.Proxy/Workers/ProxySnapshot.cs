using Sluice.Http.Http1;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;
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
    /// <param name="previous">The snapshot that it takes the place of.</param>
    public ProxySnapshot(ProxyPlan plan, int workers, ProxySnapshot? previous = null)
    {
        Plan = plan;
        ClientCertificateFields = new ClientCertificateFields(plan.Forwarded.ClientIdentity);
        RequestHeadLimits = HeadLimitsOf(plan.Limits.RequestLineBytesMax, plan.Limits.RequestFieldBytesMax, plan.Limits.RequestFieldCountMax);
        ResponseHeadLimits = HeadLimitsOf(plan.Limits.ResponseHeadBytesMax, plan.Limits.ResponseHeadBytesMax, plan.Limits.ResponseFieldCountMax);
        Upstreams = UpstreamsOf(plan, workers, previous);
        Servers = [.. Upstreams.Values.SelectMany(upstream => upstream.Members).Select(member => member.Server).Distinct()];
        RouteStates = plan.Routes.ToDictionary(
            route => route.Name,
            route => previous?.RouteStates.GetValueOrDefault(route.Name) ?? new RouteState(workers),
            StringComparer.Ordinal);
        Routes = new RouteTable(plan.Routes.Select(route =>
            new CompiledRoute(route, plan.Limits, RouteStates[route.Name], Upstreams)));
    }

    /// <summary>What the configuration says.</summary>
    public ProxyPlan Plan { get; }

    /// <summary>The routes, ready to be searched.</summary>
    public RouteTable Routes { get; }

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

    private static Dictionary<string, UpstreamState> UpstreamsOf(ProxyPlan plan, int workers, ProxySnapshot? previous)
    {
        var servers = new Dictionary<(string Upstream, ServerAddress Address, UpstreamTlsPlan? Tls, Http2Mode Http2), ServerState>();
        foreach (ServerState server in previous?.Servers ?? [])
        {
            servers.Add((server.UpstreamName, server.Address, server.Tls?.Plan, server.Http2), server);
        }

        var upstreams = new Dictionary<string, UpstreamState>(StringComparer.Ordinal);
        foreach (UpstreamPlan upstream in plan.Upstreams)
        {
            UpstreamState? before = previous?.Upstreams.GetValueOrDefault(upstream.Name);
            upstreams.Add(upstream.Name, before is not null && before.Plan == upstream ? before : Create(upstream));
        }

        return upstreams;

        UpstreamState Create(UpstreamPlan upstream)
        {
            var members = new List<UpstreamMember>(upstream.Servers.Count);
            UpstreamTls? tls = null;
            foreach (ServerPlan server in upstream.Servers)
            {
                (string, ServerAddress, UpstreamTlsPlan?, Http2Mode) identity =
                    (upstream.Name, server.Address, server.Address.IsHttps ? upstream.Tls : null, upstream.Http2);
                if (!servers.TryGetValue(identity, out ServerState? state))
                {
                    state = new ServerState(server.Address, upstream, workers, server.Address.IsHttps ? tls ??= TlsOf(upstream) : null);
                    servers.Add(identity, state);
                }

                members.Add(new UpstreamMember(state, server.Weight, members.Count));
            }

            return new UpstreamState(upstream, members, workers);
        }
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
