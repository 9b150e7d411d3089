using System.Text;
using Sluice.Config.Model;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Compilation;

/// <summary>Turns a configuration without errors into the plan that the data plane runs.</summary>
public static class PlanCompiler
{
    /// <summary>Compiles.</summary>
    /// <exception cref="InvalidOperationException">The configuration has errors that validation would have found.</exception>
    public static ProxyPlan Compile(SluiceConfig config)
    {
        var upstreams = new UpstreamTable(config);
        ProxyLimits limits = config.Limits with { ShutdownGraceMs = config.Shutdown.GraceMs };
        var access = new AccessCompiler();
        List<RouteSettingsConfig> settings = CompileSettings(config);
        bool takesEarlyData = settings.Exists(item => item.EarlyData == true);
        ListenerPlan[] listeners = [.. config.Listeners.Select(listener => CompileListener(listener, takesEarlyData))];
        List<RoutePlan> routes = CompileRoutes(config, settings, limits, upstreams, access, new MatchCompiler(config.Listeners, listeners));
        return new ProxyPlan
        {
            Listeners = [.. listeners],
            Routes = [.. routes],
            Upstreams = [.. upstreams.Used],
            Limits = limits,
            Overload = config.Overload.Plan,
            Cache = CacheCompiler.Compile(config.Cache),
            Forwarded = new ForwardedPlan
            {
                TrustedProxies = [.. config.TrustedProxies.Select(proxy => proxy.Range)],
                XForwarded = config.Forwarded.XForwarded,
                Forwarded = config.Forwarded.Rfc7239,
                Via = config.Forwarded.Via,
                ClientIdentity = config.Forwarded.ClientIdentity.Compile(),
            },
            Dns = config.Dns.Plan,
            ErrorPages = access.CompilePages(config.Defaults.Routes.ErrorPages),
            AccessLog = config.AccessLog,
        };
    }

    internal static T Known<T>(T? value)
        where T : class => value ?? throw new InvalidOperationException("A configuration with errors can't be compiled.");

    /// <summary>What holds for each route in the end: the defaults at the bottom, then the policies in the order in which they are used, the route itself on top.</summary>
    internal static List<RouteSettingsConfig> CompileSettings(SluiceConfig config)
    {
        var policies = config.Policies.ToDictionary(policy => policy.Name, policy => policy.Settings, StringComparer.Ordinal);
        return [.. config.Routes.Select(route => SettingsOf(route, policies, config.Defaults.Routes))];
    }

    private static ListenerPlan CompileListener(ListenerConfig listener, bool takesEarlyData) => new(Known(listener.EndPoint), listener.Text)
    {
        Name = listener.Name,
        Tls = TlsCompiler.Compile(listener.Tls, takesEarlyData),
        Http2 = listener.Http2?.Mode ?? Http2Mode.Negotiated,
        ConnectionsMax = listener.ConnectionsMax,
    };

    private static List<RoutePlan> CompileRoutes(
        SluiceConfig config, List<RouteSettingsConfig> allSettings, ProxyLimits limits, UpstreamTable upstreams, AccessCompiler access, MatchCompiler matches)
    {
        var names = new RouteNames(config.Routes);
        var plans = new List<RoutePlan>(config.Routes.Count);
        foreach ((RouteConfig route, RouteSettingsConfig settings) in config.Routes.Zip(allSettings))
        {
            CompiledMatch match = matches.Compile(route.Match);
            var plan = new RoutePlan
            {
                Name = names.NameOf(route),
                Hosts = match.Hosts,
                Paths = match.Paths,
                Condition = match.Condition,
                Priority = route.Priority,
                PriorityClass = settings.PriorityClass ?? PriorityClass.Normal,
                Limits = settings.Limits?.Invoke(limits),
                RequiresClientCertificate = settings.ClientCertificate is { IsRequired: true },
                EarlyData = settings.EarlyData == true,
                RequestHeaders = HeaderEditsCompiler.CompileRequest(settings),
                ResponseHeaders = HeaderEditsCompiler.CompileResponse(settings),
                Rewrite = route.Proxy is null && route.Files is null ? null : RewriteCompiler.Compile(settings.Rewrite),
                RewriteLocation = route.Proxy is null || settings.RewriteLocation is null ? null : [.. settings.RewriteLocation],
                RewriteCookies = route.Proxy is null ? null : RewriteCompiler.Compile(settings.RewriteCookies),
                GrpcWeb = route.Proxy is not null && settings.GrpcWeb is { IsOn: true },
                Compression = settings.Compress?.Plan,
                Decompress = settings.Decompress == true,
                Retries = RetryCompiler.Compile(route, settings, config),
                Fallback = RetryCompiler.CompileFallback(route, upstreams, CompileRespond),
                Cache = route.Proxy is null ? null : CacheCompiler.Compile(settings, matches),
                Mirror = route.Proxy is null ? null : CompileMirror(settings.Mirror, upstreams),
                Action = route.Proxy is { } proxy ? CompileProxy(proxy, upstreams)
                    : route.Redirect is { } redirect ? RewriteCompiler.Compile(redirect)
                    : route.Files is { } files ? FilesCompiler.Compile(files)
                    : CompileRespond(Known(route.Respond)),
            };
            plans.Add(access.Compile(plan, settings));
        }

        return plans;
    }

    private static RouteSettingsConfig SettingsOf(
        RouteConfig route, Dictionary<string, RouteSettingsConfig> policies, RouteSettingsConfig defaults)
    {
        RouteSettingsConfig settings = route.Use.Aggregate(defaults, (below, use) => Known(policies.GetValueOrDefault(use.Name)).Over(below));
        return route.Settings.Over(settings);
    }

    private static ProxyAction CompileProxy(ProxyConfig proxy, UpstreamTable upstreams) => proxy.Failover.Count > 0
        ? RetryCompiler.CompileFailover(proxy, upstreams)
        : proxy.Split.Count == 0
        ? new ProxyAction(upstreams.Find(proxy))
        : new ProxyAction([.. proxy.Split.Select(share => new UpstreamShare(upstreams.Find(Known(share.To)), share.Weight))])
        {
            Sticky = proxy.Sticky?.Plan,
        };

    private static MirrorPlan? CompileMirror(MirrorConfig? mirror, UpstreamTable upstreams)
    {
        if (mirror?.To is not { } to)
        {
            return null;
        }

        var plan = new MirrorPlan(upstreams.Find(to));
        return plan with
        {
            HundredthsOfPercent = mirror.HundredthsOfPercent,
            BodyBytesMax = mirror.BodyBytesMax,
            LagBytesMax = mirror.LagBytesMax ?? plan.LagBytesMax,
            ConcurrencyMax = mirror.ConcurrencyMax ?? plan.ConcurrencyMax,
            TimeoutMs = mirror.TimeoutMs ?? plan.TimeoutMs,
        };
    }

    private static RespondAction CompileRespond(RespondConfig respond)
    {
        List<KeyValuePair<string, string>> fields = [.. respond.Headers.Select(field => KeyValuePair.Create(field.Key.ToLowerInvariant(), field.Value))];
        byte[] body = Encoding.UTF8.GetBytes(respond.Body ?? "");
        if (body.Length > 0 && !fields.Exists(field => field.Key == "content-type"))
        {
            fields.Insert(0, KeyValuePair.Create("content-type", "text/plain; charset=utf-8"));
        }

        return new RespondAction(respond.Status, [.. fields], [.. body]);
    }
}
