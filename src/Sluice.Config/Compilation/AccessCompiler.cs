using Sluice.Config.Model;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Config.Compilation;

/// <summary>Compiles what routes ask of requests, and the pages that they answer with. A page that several routes share is compiled once.</summary>
internal sealed class AccessCompiler
{
    private const int DefaultRetryAfterMs = 300_000;

    private static readonly string[] UsualMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

    // How a call ended stands in the head when there is nothing else to answer; without them a script would see a success without a message.
    private static readonly string[] GrpcFields = ["grpc-status", "grpc-message", "grpc-status-details-bin"];

    private readonly Dictionary<PageConfig, PagePlan> _pages = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<ErrorPagesConfig, PlanList<ErrorPagePlan>> _lists = new(ReferenceEqualityComparer.Instance);

    /// <summary>A route with what its settings say of this.</summary>
    internal RoutePlan Compile(RoutePlan route, RouteSettingsConfig settings) => route with
    {
        Methods = [.. (settings.Methods ?? []).Distinct()],
        PathPolicy = Compile(settings.PathPolicy),
        Maintenance = settings.Maintenance is { IsEnabled: true } maintenance ? Compile(maintenance) : null,
        Faults = settings.Faults?.Plan,
        Cors = settings.Cors is { Origins.Count: > 0 } cors ? Compile(cors, settings) : null,
        ErrorPages = CompilePages(settings.ErrorPages),
    };

    /// <summary>The pages for errors; the same list for the same configuration.</summary>
    internal PlanList<ErrorPagePlan> CompilePages(ErrorPagesConfig? config)
    {
        if (config is null || config.Layers.Count == 0)
        {
            return [];
        }

        if (!_lists.TryGetValue(config, out PlanList<ErrorPagePlan>? list))
        {
            list = [.. config.Layers.SelectMany((layer, index) => layer.SelectMany(page => Compile(page, index)))];
            _lists.Add(config, list);
        }

        return list;
    }

    private static PathPolicyPlan Compile(PathPolicyConfig? config)
    {
        PathPolicyPlan usual = PathPolicyPlan.Default;
        return config is null ? usual : new PathPolicyPlan
        {
            DotSegments = config.DotSegments ?? usual.DotSegments,
            DoubleSlash = config.DoubleSlash ?? usual.DoubleSlash,
            EncodedSlash = config.EncodedSlash ?? usual.EncodedSlash,
            EncodedBackslash = config.EncodedBackslash ?? usual.EncodedBackslash,
            EncodedNul = config.EncodedNul ?? usual.EncodedNul,
            Semicolon = config.Semicolon ?? usual.Semicolon,
        };
    }

    private static CorsPlan Compile(CorsConfig config, RouteSettingsConfig settings)
    {
        IReadOnlyList<string> methods = config.Methods ?? (settings.Methods is { Count: > 0 } ofRoute ? ofRoute : UsualMethods);
        IEnumerable<string> expose = settings.GrpcWeb is { IsOn: true } ? [.. config.Expose, .. GrpcFields] : config.Expose;
        bool anyHeader = config.Headers.Contains("*");
        return new CorsPlan
        {
            AnyOrigin = config.AnyOrigin,
            Origins = config.AnyOrigin ? [] : [.. config.Origins.Distinct()],
            Methods = [.. methods.Distinct()],
            AnyHeader = anyHeader,
            Headers = anyHeader ? [] : [.. config.Headers.Distinct(StringComparer.OrdinalIgnoreCase)],
            Expose = config.Expose.Contains("*") ? ["*"] : [.. expose.Distinct(StringComparer.OrdinalIgnoreCase)],
            Credentials = config.Credentials,
            MaxAgeSeconds = config.MaxAgeMs is { } maxAge ? maxAge / 1_000 : -1,
            PrivateNetwork = config.PrivateNetwork,
        };
    }

    private MaintenancePlan Compile(MaintenanceConfig config) => new()
    {
        Status = config.Status ?? new MaintenancePlan().Status,
        RetryAfterSeconds = (config.RetryAfterMs ?? DefaultRetryAfterMs) / 1_000,
        Page = config.Page.IsGiven ? Compile(config.Page) : null,
        Except = [.. config.Except ?? []],
    };

    // A single status goes before a class in the same list, and a list before those behind it.
    private IEnumerable<ErrorPagePlan> Compile(ErrorPageConfig config, int layer) => config.On.Select(range =>
        new ErrorPagePlan(range.From, range.To, (layer * 2) + (range.IsSingle ? 0 : 1), Compile(config.Page), config.Status ?? 0, config.Intercept));

    private PagePlan Compile(PageConfig config)
    {
        if (!_pages.TryGetValue(config, out PagePlan? page))
        {
            string contentType = ContentTypes.Of(config);
            page = new PagePlan(contentType, ContentTypes.EncodingOf(contentType) ?? TemplateEncoding.Text, PlanCompiler.Known(config.Body).Value);
            _pages.Add(config, page);
        }

        return page;
    }
}
