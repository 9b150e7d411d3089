using Sluice.Config.Model.Caching;
using Sluice.Config.Model.Tls;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>How requests of a route are treated besides its action: what a route, a policy and the defaults can all say. Null: nothing said.</summary>
public sealed record RouteSettingsConfig
{
    /// <summary>Changes to <see cref="SluiceConfig.Limits"/>.</summary>
    public Func<ProxyLimits, ProxyLimits>? Limits { get; init; }

    /// <summary>How much its requests matter where not all can be served.</summary>
    public PriorityClass? PriorityClass { get; init; }

    /// <summary>The methods that requests may have; empty means every one.</summary>
    public IReadOnlyList<string>? Methods { get; init; }

    /// <summary>Whether clients have to have shown a certificate.</summary>
    public ClientCertificateUseConfig? ClientCertificate { get; init; }

    /// <summary>Whether requests in early data are taken.</summary>
    public bool? EarlyData { get; init; }

    /// <summary>Which spellings of paths are taken.</summary>
    public PathPolicyConfig? PathPolicy { get; init; }

    /// <summary>Whether it is closed for the time being.</summary>
    public MaintenanceConfig? Maintenance { get; init; }

    /// <summary>What is done to requests on purpose; as a whole.</summary>
    public FaultConfig? Faults { get; init; }

    /// <summary>Which other origins may use it; as a whole.</summary>
    public CorsConfig? Cors { get; init; }

    /// <summary>What is sent in place of errors.</summary>
    public ErrorPagesConfig? ErrorPages { get; init; }

    /// <summary>Changes to the headers of requests on their way to a server.</summary>
    public HeaderEditsConfig? RequestHeaders { get; init; }

    /// <summary>Changes to the headers of responses.</summary>
    public HeaderEditsConfig? ResponseHeaders { get; init; }

    /// <summary>Ready-made response headers; <see cref="ResponseHeaders"/> goes before.</summary>
    public SecurityHeadersConfig? SecurityHeaders { get; init; }

    /// <summary>How targets are rewritten; as a whole.</summary>
    public RewriteConfig? Rewrite { get; init; }

    /// <summary>Beginnings of URLs that are replaced in responses, before those of the server's own are; null switches it off.</summary>
    public IReadOnlyList<PrefixMapping>? RewriteLocation { get; init; }

    /// <summary>Whether <see cref="RewriteLocation"/> was said, if only to switch it off.</summary>
    public bool IsRewriteLocationSaid { get; init; }

    /// <summary>How cookies that servers set are rewritten; as a whole.</summary>
    public CookieRewriteConfig? RewriteCookies { get; init; }

    /// <summary>Whether gRPC-Web is bridged to gRPC.</summary>
    public GrpcWebConfig? GrpcWeb { get; init; }

    /// <summary>Which responses are compressed; as a whole.</summary>
    public CompressConfig? Compress { get; init; }

    /// <summary>Whether content is decompressed for clients that can't.</summary>
    public bool? Decompress { get; init; }

    /// <summary>Changes to when requests are sent again.</summary>
    public Func<RetryPlan, RetryPlan>? Retries { get; init; }

    /// <summary>What of its responses is kept.</summary>
    public CacheConfig? Cache { get; init; }

    /// <summary>Where copies of its requests go; as a whole.</summary>
    public MirrorConfig? Mirror { get; init; }

    /// <summary>These settings where they say something, and <paramref name="below"/> where they don't. Limits, retries and the cache are merged key by key, headers name by name.</summary>
    public RouteSettingsConfig Over(RouteSettingsConfig below) => new()
    {
        Limits = Both(below.Limits, Limits),
        PriorityClass = PriorityClass ?? below.PriorityClass,
        Methods = Methods ?? below.Methods,
        ClientCertificate = ClientCertificate ?? below.ClientCertificate,
        EarlyData = EarlyData ?? below.EarlyData,
        PathPolicy = PathPolicy?.Over(below.PathPolicy) ?? below.PathPolicy,
        Maintenance = Maintenance?.Over(below.Maintenance) ?? below.Maintenance,
        Faults = Faults ?? below.Faults,
        Cors = Cors ?? below.Cors,
        ErrorPages = ErrorPages?.Over(below.ErrorPages) ?? below.ErrorPages,
        RequestHeaders = RequestHeaders?.Over(below.RequestHeaders) ?? below.RequestHeaders,
        ResponseHeaders = ResponseHeaders?.Over(below.ResponseHeaders) ?? below.ResponseHeaders,
        Rewrite = Rewrite ?? below.Rewrite,
        RewriteLocation = IsRewriteLocationSaid ? RewriteLocation : below.RewriteLocation,
        IsRewriteLocationSaid = IsRewriteLocationSaid || below.IsRewriteLocationSaid,
        RewriteCookies = RewriteCookies ?? below.RewriteCookies,
        SecurityHeaders = SecurityHeaders ?? below.SecurityHeaders,
        GrpcWeb = GrpcWeb ?? below.GrpcWeb,
        Compress = Compress ?? below.Compress,
        Decompress = Decompress ?? below.Decompress,
        Retries = Both(below.Retries, Retries),
        Cache = Cache?.Over(below.Cache) ?? below.Cache,
        Mirror = Mirror ?? below.Mirror,
    };

    private static Func<T, T>? Both<T>(Func<T, T>? first, Func<T, T>? second) =>
        first is null ? second : second is null ? first : value => second(first(value));
}
