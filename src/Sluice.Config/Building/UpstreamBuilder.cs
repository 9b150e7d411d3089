using Sluice.Config.Yaml;

namespace Sluice.Config.Building;

/// <summary>Builds an upstream.</summary>
public sealed class UpstreamBuilder : ValueBuilder<UpstreamBuilder>
{
    private readonly List<YamlNode> _servers = [];

    internal UpstreamBuilder(string name)
        : base($"upstream `{name}`")
    {
    }

    /// <summary>Adds a server.</summary>
    /// <param name="url"><c>http://host:port</c>, <c>https://host:port</c> or <c>unix:/path</c>.</param>
    /// <param name="weight">Its share relative to its siblings, 1 to 1000; null leaves it at 1.</param>
    public UpstreamBuilder Server(string url, int? weight = null)
    {
        var server = new OptionsBuilder(Thing);
        server.Set("url", url);
        if (weight is { } share)
        {
            server.Set("weight", share);
        }

        _servers.Add(server.ToNode());
        return Put("servers", BuiltTree.List(Thing, _servers));
    }

    /// <summary>How a server is picked: <c>round_robin</c>, <c>least_requests</c>, <c>random_two_choices</c>, <c>peak_ewma</c>, <c>first</c> or <c>client_ip_hash</c>.</summary>
    public UpstreamBuilder Balance(string policy) => Set("balance", policy);

    /// <summary>How a server is picked by the hash of a value of the request, by the keys of a file.</summary>
    public UpstreamBuilder Balance(Action<OptionsBuilder> configure) => Set("balance", configure);

    /// <summary>What keeps the requests of a client at one server, by the keys of a file.</summary>
    public UpstreamBuilder Session(Action<OptionsBuilder> configure) => Set("session", configure);

    /// <summary>A path by which its servers are checked.</summary>
    public UpstreamBuilder HealthCheck(string path) => Set("health_check", path);

    /// <summary>How its servers are checked, by the keys of a file.</summary>
    public UpstreamBuilder HealthCheck(Action<OptionsBuilder> configure) => Set("health_check", configure);

    /// <summary>When servers are taken out because of their answers, by the keys of a file.</summary>
    public UpstreamBuilder OutlierDetection(Action<OptionsBuilder> configure) => Set("outlier_detection", configure);

    /// <summary>Whether servers are taken out because of their answers.</summary>
    public UpstreamBuilder OutlierDetection(bool isOn) => Set("outlier_detection", isOn);

    /// <summary>When the upstream gets no requests for a while, by the keys of a file.</summary>
    public UpstreamBuilder CircuitBreaker(Action<OptionsBuilder> configure) => Set("circuit_breaker", configure);

    /// <summary>TLS with servers of <c>https</c>, by the keys of a file.</summary>
    public UpstreamBuilder Tls(Action<OptionsBuilder> configure) => Set("tls", configure);

    /// <summary>Whether HTTP/2 is asked for by ALPN with servers of <c>https</c>.</summary>
    public UpstreamBuilder Http2(bool isOn = true) => Set("http2", isOn);

    /// <summary>HTTP/2 with its servers without asking, also without TLS.</summary>
    public UpstreamBuilder Http2PriorKnowledge() => Set("http2", "prior_knowledge");

    /// <summary>When its requests are sent again, by the keys of a file.</summary>
    public UpstreamBuilder Retries(Action<OptionsBuilder> configure) => Set("retries", configure);

    /// <summary>The connections to each server, by the keys of a file.</summary>
    public UpstreamBuilder Connections(Action<OptionsBuilder> configure) => Set("connections", configure);
}
