using Sluice.Config.Model.Tls;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>How requests of a route are treated besides its action: what a route, a policy and the defaults can all say. Null: nothing said.</summary>
public sealed record RouteSettingsConfig
{
    /// <summary>Changes to <see cref="SluiceConfig.Limits"/>.</summary>
    public Func<ProxyLimits, ProxyLimits>? Limits { get; init; }

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

    /// <summary>Where copies of its requests go; as a whole.</summary>
    public MirrorConfig? Mirror { get; init; }

    /// <summary>These settings where they say something, and <paramref name="below"/> where they don't. Limits are merged key by key, headers name by name.</summary>
    public RouteSettingsConfig Over(RouteSettingsConfig below) => new()
    {
        Limits = Both(below.Limits, Limits),
        Methods = Methods ?? below.Methods,
        ClientCertificate = ClientCertificate ?? below.ClientCertificate,
        EarlyData = EarlyData ?? below.EarlyData,
        PathPolicy = PathPolicy?.Over(below.PathPolicy) ?? below.PathPolicy,
        Maintenance = Maintenance?.Over(below.Maintenance) ?? below.Maintenance,
        Cors = Cors ?? below.Cors,
        ErrorPages = ErrorPages?.Over(below.ErrorPages) ?? below.ErrorPages,
        RequestHeaders = RequestHeaders?.Over(below.RequestHeaders) ?? below.RequestHeaders,
        ResponseHeaders = ResponseHeaders?.Over(below.ResponseHeaders) ?? below.ResponseHeaders,
        Rewrite = Rewrite ?? below.Rewrite,
        RewriteLocation = IsRewriteLocationSaid ? RewriteLocation : below.RewriteLocation,
        IsRewriteLocationSaid = IsRewriteLocationSaid || below.IsRewriteLocationSaid,
        RewriteCookies = RewriteCookies ?? below.RewriteCookies,
        SecurityHeaders = SecurityHeaders ?? below.SecurityHeaders,
        Mirror = Mirror ?? below.Mirror,
    };

    private static Func<T, T>? Both<T>(Func<T, T>? first, Func<T, T>? second) =>
        first is null ? second : second is null ? first : value => second(first(value));
}
