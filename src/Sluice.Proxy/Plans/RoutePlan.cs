using Sluice.Proxy.Plans.Caching;
using Sluice.Proxy.Plans.Matching;

namespace Sluice.Proxy.Plans;

/// <summary>One route: which requests it takes, and what happens to them.</summary>
public sealed record RoutePlan
{
    /// <summary>The name for logs and messages; unique within a plan.</summary>
    public required string Name { get; init; }

    /// <summary>The hosts it takes; empty means every host.</summary>
    public PlanList<HostMatch> Hosts { get; init; } = [];

    /// <summary>The paths it takes; empty means every path.</summary>
    public PlanList<PathMatch> Paths { get; init; } = [];

    /// <summary>What a request has to fulfil besides; null means nothing.</summary>
    public MatchCondition? Condition { get; init; }

    /// <summary>Routes of a higher one go before all routes of a lower one, however specific those are.</summary>
    public int Priority { get; init; }

    /// <summary>How much its requests matter where not all can be served.</summary>
    public PriorityClass PriorityClass { get; init; } = PriorityClass.Normal;

    /// <summary>Limits and timeouts of its requests once it is found; null means those of the plan.</summary>
    public ProxyLimits? Limits { get; init; }

    /// <summary>Whether it takes only requests of clients that have shown a certificate that verifies; others get 403.</summary>
    public bool RequiresClientCertificate { get; init; }

    /// <summary>Whether it takes requests in early data, which somebody may have recorded and sent again: those of safe methods only; others get 425 (RFC 8470).</summary>
    public bool EarlyData { get; init; }

    /// <summary>The methods it takes, others get 405; empty means every method.</summary>
    public PlanList<string> Methods { get; init; } = [];

    /// <summary>Which spellings of paths it takes.</summary>
    public PathPolicyPlan PathPolicy { get; init; } = PathPolicyPlan.Default;

    /// <summary>Set while it is closed.</summary>
    public MaintenancePlan? Maintenance { get; init; }

    /// <summary>What is done to its requests on purpose; null for nothing.</summary>
    public FaultPlan? Faults { get; init; }

    /// <summary>Which other origins may use it from within a browser; null leaves that to the server.</summary>
    public CorsPlan? Cors { get; init; }

    /// <summary>What is sent in place of plain words, or of a server's response, when a request ends badly.</summary>
    public PlanList<ErrorPagePlan> ErrorPages { get; init; } = [];

    /// <summary>Changes to the headers of requests on their way to a server.</summary>
    public PlanList<HeaderEdit> RequestHeaders { get; init; } = [];

    /// <summary>Changes to the headers of responses, whoever made them.</summary>
    public PlanList<HeaderEdit> ResponseHeaders { get; init; } = [];

    /// <summary>How the target of requests is rewritten before they go to a server; null leaves it as it is.</summary>
    public RewritePlan? Rewrite { get; init; }

    /// <summary>
    /// Whether the server's own URLs in responses become those of the client, and beginnings of URLs that are replaced before, each by an
    /// URL or a path; null leaves URLs as they are.
    /// </summary>
    public PlanList<PrefixMapping>? RewriteLocation { get; init; }

    /// <summary>How cookies that servers set are rewritten; null leaves them as they are.</summary>
    public CookieRewritePlan? RewriteCookies { get; init; }

    /// <summary>Whether calls in gRPC-Web go to servers in gRPC.</summary>
    public bool GrpcWeb { get; init; }

    /// <summary>Which responses are compressed, and how; null for none.</summary>
    public CompressionPlan? Compression { get; init; }

    /// <summary>Whether content that a server compressed is decompressed for clients that can't.</summary>
    public bool Decompress { get; init; }

    /// <summary>When its requests are sent again; null leaves that to the upstream.</summary>
    public RetryPlan? Retries { get; init; }

    /// <summary>What its requests get when everything failed; null for the error. Of use only beside a <see cref="ProxyAction"/>.</summary>
    public FallbackPlan? Fallback { get; init; }

    /// <summary>What of its responses is kept to be sent again; null for nothing. Of use only beside a <see cref="ProxyAction"/>.</summary>
    public CachePlan? Cache { get; init; }

    /// <summary>Where copies of its requests go; null when none are made. Of use only beside a <see cref="ProxyAction"/>.</summary>
    public MirrorPlan? Mirror { get; init; }

    /// <summary>What happens to a request that matches.</summary>
    public required RouteAction Action { get; init; }
}
