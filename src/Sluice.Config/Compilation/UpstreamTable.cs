using Sluice.Config.Model;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Compilation;

/// <summary>Compiles upstreams when the first route refers to them; routes with the same servers share one, and thereby its connections.</summary>
internal sealed class UpstreamTable
{
    private readonly Dictionary<string, UpstreamConfig> _named;
    private readonly Dictionary<string, UpstreamPlan> _plans = new(StringComparer.Ordinal);
    private readonly List<UpstreamPlan> _used = [];

    private readonly DefaultsConfig _defaults;

    internal UpstreamTable(SluiceConfig config)
    {
        _named = config.Upstreams.ToDictionary(upstream => upstream.Name, StringComparer.Ordinal);
        _defaults = config.Defaults;
    }

    /// <summary>Those that a route refers to, in the order of the routes.</summary>
    internal IReadOnlyList<UpstreamPlan> Used => _used;

    /// <summary>The upstream of a route.</summary>
    internal UpstreamPlan Find(ProxyConfig proxy)
    {
        UpstreamConfig config = proxy.UpstreamName is { } name ? PlanCompiler.Known(_named.GetValueOrDefault(name)) : Anonymous(proxy.Servers);
        if (!_plans.TryGetValue(config.Name, out UpstreamPlan? plan))
        {
            plan = Compile(config);
            _plans.Add(config.Name, plan);
            _used.Add(plan);
        }

        return plan;
    }

    // Named by its URLs, which the name of a named one can't look like.
    private static UpstreamConfig Anonymous(IReadOnlyList<ServerConfig> servers) =>
        new() { Name = string.Join(',', servers.Select(server => server.Address?.ToString())), Servers = servers };

    private UpstreamPlan Compile(UpstreamConfig config) => new()
    {
        Name = config.Name,
        Servers = [.. config.Servers.Select(server => new ServerPlan(PlanCompiler.Known(server.Address), server.Weight ?? 1, server.Tier ?? (server.IsBackup ? 1 : 0)))],
        Balance = config.Balance ?? _defaults.Balance ?? new BalancePlan(BalancePolicy.RoundRobin),
        SlowStartMs = config.SlowStartMs ?? 0,
        TierMinPercent = config.TierMinPercent ?? 0,
        PanicPercent = config.PanicPercent ?? 0,
        Outliers = (config.Outliers ?? _defaults.Outliers ?? new OutlierConfig()).Plan,
        CircuitBreaker = config.CircuitBreaker?.Plan,
        AdaptiveConcurrency = config.AdaptiveConcurrency?.Plan,
        Retries = RetryCompiler.Compile(_defaults.Routes.Retries, config.Retries),
        Session = config.Session?.Plan,
        HealthCheck = config.HealthCheck?.Plan,
        Tls = TlsCompiler.Compile(config.Tls),
        Http2 = config.Http2?.Mode ?? Http2Mode.Off,
        Pool = Changed(Changed(new PoolLimits(), _defaults.Connections), config.Connections),
    };

    private static PoolLimits Changed(PoolLimits limits, Func<PoolLimits, PoolLimits>? changes) => changes is null ? limits : changes(limits);
}
