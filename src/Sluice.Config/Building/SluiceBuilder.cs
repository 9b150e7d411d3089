using Sluice.Config.Diagnostics;
using Sluice.Config.Loading;
using Sluice.Config.Model;
using Sluice.Config.Schema;
using Sluice.Config.Validation;
using Sluice.Config.Yaml;

namespace Sluice.Config.Building;

/// <summary>
/// Builds a configuration in code: the same model as a file, read and checked the same way. What has no method here is set by its key.
/// Not safe for several threads.
/// </summary>
public sealed class SluiceBuilder : ValueBuilder<SluiceBuilder>
{
    private readonly List<ListenerBuilder> _listeners = [];
    private readonly List<RouteBuilder> _routes = [];
    private readonly Dictionary<string, YamlNode> _upstreams = new(StringComparer.Ordinal);
    private readonly Dictionary<string, YamlNode> _policies = new(StringComparer.Ordinal);
    private readonly List<Diagnostic> _findings = [];
    private Func<SluiceConfig, SluiceConfig> _changes = config => config;

    internal SluiceBuilder()
        : base("")
    {
    }

    /// <summary>Adds an address to listen on, such as <c>:8080</c>, <c>127.0.0.1:0</c> (the kernel chooses the port) or <c>unix:/run/app.sock</c>.</summary>
    public SluiceBuilder Listen(string address)
    {
        _listeners.Add(new ListenerBuilder(address));
        return this;
    }

    /// <summary>Adds an address to listen on, and says more of it, such as TLS.</summary>
    public SluiceBuilder Listen(string address, Action<ListenerBuilder> configure)
    {
        var listener = new ListenerBuilder(address);
        configure(listener);
        _listeners.Add(listener);
        return this;
    }

    /// <summary>Adds a route for every request, until its builder says more.</summary>
    public RouteBuilder Route()
    {
        var route = new RouteBuilder(_routes.Count + 1);
        _routes.Add(route);
        return route;
    }

    /// <summary>Adds a route for some paths.</summary>
    public RouteBuilder Route(params IEnumerable<string> paths) => Route().Match(paths);

    /// <summary>Adds a named upstream.</summary>
    public SluiceBuilder Upstream(string name, Action<UpstreamBuilder> configure)
    {
        var upstream = new UpstreamBuilder(name);
        configure(upstream);
        return Add("upstream", _upstreams, name, upstream.ToNode());
    }

    /// <summary>Adds a named upstream of some servers.</summary>
    public SluiceBuilder Upstream(string name, params IEnumerable<string> urls) => Upstream(name, upstream =>
    {
        foreach (string url in urls)
        {
            upstream.Server(url);
        }
    });

    /// <summary>Adds a bundle of settings that routes use by its name, by the keys of a file.</summary>
    public SluiceBuilder Policy(string name, Action<OptionsBuilder> configure)
    {
        var policy = new OptionsBuilder($"policy `{name}`");
        configure(policy);
        return Add("policy", _policies, name, policy.ToNode());
    }

    /// <summary>What holds for every route and upstream that doesn't say otherwise, by the keys of a file.</summary>
    public SluiceBuilder Defaults(Action<OptionsBuilder> configure) => Set("defaults", configure);

    /// <summary>Limits and timeouts, by the keys of a file.</summary>
    public SluiceBuilder Limits(Action<OptionsBuilder> configure) => Set("limits", configure);

    /// <summary>Where responses are kept of routes that are cached, by the keys of a file.</summary>
    public SluiceBuilder Cache(Action<OptionsBuilder> configure) => Set("cache", configure);

    /// <summary>How certificates are obtained for listeners with automatic TLS, by the keys of a file.</summary>
    public SluiceBuilder Certificates(Action<OptionsBuilder> configure) => Set("certificates", configure);

    /// <summary>The headers that tell servers about clients, by the keys of a file.</summary>
    public SluiceBuilder Forwarded(Action<OptionsBuilder> configure) => Set("forwarded", configure);

    /// <summary>The proxies in front of this one, as addresses or CIDR ranges.</summary>
    public SluiceBuilder TrustedProxies(params IEnumerable<string> ranges) => Set("trusted_proxies", ranges);

    /// <summary>Whether a line of JSON for each request goes to standard output, as it does if nothing is said.</summary>
    public SluiceBuilder AccessLog(bool isOn) => Set("access_log", isOn ? "stdout" : "off");

    /// <summary>Event-loop threads, 1 to 1024; without it one for each core.</summary>
    public SluiceBuilder Workers(int count) => Set("workers", count);

    /// <summary>Changes the record that was made from everything else; several changes are made in their order.</summary>
    public SluiceBuilder With(Func<SluiceConfig, SluiceConfig> change)
    {
        Func<SluiceConfig, SluiceConfig> earlier = _changes;
        _changes = config => change(earlier(config));
        return this;
    }

    /// <summary>Reads and checks what was built.</summary>
    internal SluiceConfig Build(DiagnosticBag diagnostics)
    {
        PutParts();
        var read = new DiagnosticBag();
        ConfigSchema.Type.TryRead(ToNode(), read, out SluiceConfig? config);
        config = PageFiles.Read(Change(config!), read, touched: _ => { });
        config = TlsFiles.Read(config, read, touched: _ => { });
        _findings.ForEach(diagnostics.Add);

        // What is missing is known only after the changes.
        foreach (Diagnostic finding in read.ToSortedList().Where(finding => finding.Code != DiagnosticCodes.MissingOption))
        {
            diagnostics.Add(BuiltTree.Told(finding));
        }

        var between = new DiagnosticBag();
        if (!diagnostics.HasErrors)
        {
            BuiltConfigChecks.Run(config, between);
            ConfigValidator.Validate(config, between);
        }

        foreach (Diagnostic finding in between.ToSortedList())
        {
            diagnostics.Add(BuiltTree.Told(finding));
        }

        return config;
    }

    private SluiceConfig Change(SluiceConfig config)
    {
        // Where a route could not be read at all, there is an error that stops everything anyway.
        IReadOnlyList<RouteConfig> routes = config.Routes.Count == _routes.Count
            ? [.. config.Routes.Zip(_routes, (route, builder) => builder.Change(route))]
            : config.Routes;
        return _changes(config with { Routes = routes });
    }

    private void PutParts()
    {
        PutIfAny("listen", _listeners.Select(listener => listener.ToNode()));
        PutIfAny("routes", _routes.Select(route => route.ToNode()));
        if (_upstreams.Count > 0)
        {
            Put("upstreams", BuiltTree.Mapping("", _upstreams));
        }

        if (_policies.Count > 0)
        {
            Put("policies", BuiltTree.Mapping("", _policies));
        }
    }

    private void PutIfAny(string key, IEnumerable<YamlNode> items)
    {
        YamlNode[] all = [.. items];
        if (all.Length > 0)
        {
            Put(key, BuiltTree.List("", all));
        }
    }

    private SluiceBuilder Add(string noun, Dictionary<string, YamlNode> known, string name, YamlNode value)
    {
        if (!known.TryAdd(name, value))
        {
            _findings.Add(new Diagnostic(DiagnosticCodes.DuplicateKey, $"the {noun} `{name}` is given twice", null));
        }

        return this;
    }
}
