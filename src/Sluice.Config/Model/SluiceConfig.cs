using Sluice.Config.Model.Automation;
using Sluice.Config.Model.Caching;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>A configuration as the user wrote it. Immutable; short forms are already spelt out, names not yet resolved.</summary>
public sealed record SluiceConfig
{
    /// <summary>Where to listen.</summary>
    public IReadOnlyList<ListenerConfig> Listeners { get; init; } = [];

    /// <summary>The routes in the order written.</summary>
    public IReadOnlyList<RouteConfig> Routes { get; init; } = [];

    /// <summary>The named upstreams in the order written.</summary>
    public IReadOnlyList<UpstreamConfig> Upstreams { get; init; } = [];

    /// <summary>The named bundles of settings in the order written.</summary>
    public IReadOnlyList<PolicyConfig> Policies { get; init; } = [];

    /// <summary>What holds for routes and upstreams that don't say otherwise.</summary>
    public DefaultsConfig Defaults { get; init; } = new();

    /// <summary>Limits and timeouts. They need no compiling, so they are those of the plan, apart from <see cref="Shutdown"/>.</summary>
    public ProxyLimits Limits { get; init; } = new();

    /// <summary>When the proxy protects itself.</summary>
    public OverloadConfig Overload { get; init; } = new(new OverloadPlan());

    /// <summary>Where responses are kept that routes have cached.</summary>
    public CacheStoreConfig Cache { get; init; } = new();

    /// <summary>The proxies in front of this one.</summary>
    public IReadOnlyList<TrustedProxyConfig> TrustedProxies { get; init; } = [];

    /// <summary>What upstreams are told about clients.</summary>
    public ForwardedConfig Forwarded { get; init; } = new();

    /// <summary>How the names of servers are resolved.</summary>
    public ResolutionConfig Dns { get; init; } = new();

    /// <summary>How certificates are obtained for listeners with <c>tls: auto</c>.</summary>
    public CertificatesConfig Certificates { get; init; } = new();

    /// <summary>Whether requests are logged to standard output.</summary>
    public bool AccessLog { get; init; } = true;

    /// <summary>Event-loop threads; 0 means one per core.</summary>
    public int Workers { get; init; }

    /// <summary>How the program ends.</summary>
    public ShutdownConfig Shutdown { get; init; } = new();

    /// <summary>Whether a change of the files is a reason to reload.</summary>
    public bool Watch { get; init; }

    /// <summary>The socket that commands talk to.</summary>
    public ControlConfig Control { get; init; } = new();
}
