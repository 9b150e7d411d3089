using System.Text;
using Sluice.Proxy.Access;
using Sluice.Proxy.Caching;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Compression;
using Sluice.Proxy.Cors;
using Sluice.Proxy.ErrorPages;
using Sluice.Proxy.Failover;
using Sluice.Proxy.Faults;
using Sluice.Proxy.Files;
using Sluice.Proxy.Mirroring;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Splitting;
using Sluice.Proxy.Transforms;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Routing;

/// <summary>A route made ready for requests: its matches as bytes, its action bound to what runs it. Immutable.</summary>
public sealed class CompiledRoute
{
    /// <summary>Compiles a route.</summary>
    /// <param name="plan">What the configuration says.</param>
    /// <param name="limits">The limits of the plan, which hold unless the route has its own.</param>
    /// <param name="state">What is counted of it.</param>
    /// <param name="upstreams">The states of the upstreams by name; null for a route that is only to be found.</param>
    public CompiledRoute(RoutePlan plan, ProxyLimits limits, RouteState state, IReadOnlyDictionary<string, UpstreamState>? upstreams)
    {
        Plan = plan;
        NameUtf8 = Encoding.UTF8.GetBytes(plan.Name);
        Limits = plan.Limits ?? limits;
        State = state;
        Access = AccessChecks.Create(plan);
        Faults = FaultInjection.Create(plan.Faults);
        ErrorPages = ErrorPageSet.Of(plan.ErrorPages);
        RequestHeaders = HeaderEdits.Create(plan.RequestHeaders);
        ResponseHeaders = HeaderEdits.Create(plan.ResponseHeaders);
        Rewriter = plan.Rewrite is { } rewrite ? new TargetRewriter(rewrite) : null;
        ResponseRewriter = ResponseRewriter.Create(plan);
        var compression = CompressionPolicy.Create(plan);
        Compression = plan.Action is RespondAction or RedirectAction ? null : compression;
        Response = plan.Action switch
        {
            RespondAction respond => PreparedResponse.Create(plan.Cors is null ? respond : CorsPolicy.Without(respond), compression),
            RedirectAction redirect => PreparedResponse.Create(redirect),
            _ => null,
        };
        Files = plan.Action is FilesAction files ? new StaticFiles(files, state.Workers) : null;
        Split = plan.Action is ProxyAction proxy && upstreams is not null ? new UpstreamSplit(proxy, upstreams) : null;
        Failover = upstreams is null ? null : FailoverRoute.Create(plan, upstreams);
        Fallback = plan.Fallback?.Respond is { } fallback ? PreparedResponse.Create(plan.Cors is null ? fallback : CorsPolicy.Without(fallback), compression) : null;
        Cache = RouteCache.Create(plan);
        Mirror = plan.Mirror is { } mirror && upstreams is not null ? new MirrorTarget(mirror, upstreams[mirror.Upstream.Name]) : null;
    }

    /// <summary>What the configuration says.</summary>
    public RoutePlan Plan { get; }

    /// <summary>The limits and timeouts of its requests.</summary>
    public ProxyLimits Limits { get; }

    /// <summary>What is counted of it.</summary>
    public RouteState State { get; }

    /// <summary>The fixed response or the redirect; null when the route proxies.</summary>
    public PreparedResponse? Response { get; }

    /// <summary>Answers with files; null when the route does something else.</summary>
    internal StaticFiles? Files { get; }

    /// <summary>Changes to the headers of requests; null when there are none.</summary>
    public HeaderEdits? RequestHeaders { get; }

    /// <summary>Changes to the headers of responses; null when there are none.</summary>
    public HeaderEdits? ResponseHeaders { get; }

    /// <summary>What it asks of requests; null when that is nothing.</summary>
    internal AccessChecks? Access { get; }

    /// <summary>Delays and fails requests on purpose; null for none.</summary>
    internal FaultInjection? Faults { get; }

    /// <summary>What takes the place of errors; null for plain words.</summary>
    internal ErrorPageSet? ErrorPages { get; }

    /// <summary>Rewrites the target of requests; null leaves it as it is.</summary>
    internal TargetRewriter? Rewriter { get; }

    /// <summary>Rewrites URLs and cookies in responses of servers; null leaves them as they are.</summary>
    internal ResponseRewriter? ResponseRewriter { get; }

    /// <summary>What is done with the encoding of responses as they come; null for nothing. Those of the route's own are encoded already.</summary>
    internal CompressionPolicy? Compression { get; }

    /// <summary>Chooses where a request goes; null when the route responds itself.</summary>
    internal UpstreamSplit? Split { get; }

    /// <summary>Where requests go on that their upstream fails; null when nowhere.</summary>
    internal FailoverRoute? Failover { get; }

    /// <summary>What is answered when everything failed; null for the error.</summary>
    internal PreparedResponse? Fallback { get; }

    /// <summary>What is kept of its responses; null for nothing.</summary>
    internal RouteCache? Cache { get; }

    /// <summary>Where copies of its requests go; null when none are made.</summary>
    internal MirrorTarget? Mirror { get; }

    internal byte[] NameUtf8 { get; }
}
