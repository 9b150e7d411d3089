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

    /// <summary>How a server is picked: <c>round_robin</c>, <c>least_requests</c> or <c>random_two_choices</c>.</summary>
    public UpstreamBuilder Balance(string policy) => Set("balance", policy);

    /// <summary>TLS with servers of <c>https</c>, by the keys of a file.</summary>
    public UpstreamBuilder Tls(Action<OptionsBuilder> configure) => Set("tls", configure);

    /// <summary>Whether HTTP/2 is asked for by ALPN with servers of <c>https</c>.</summary>
    public UpstreamBuilder Http2(bool isOn = true) => Set("http2", isOn);

    /// <summary>HTTP/2 with its servers without asking, also without TLS.</summary>
    public UpstreamBuilder Http2PriorKnowledge() => Set("http2", "prior_knowledge");

    /// <summary>The connections to each server, by the keys of a file.</summary>
    public UpstreamBuilder Connections(Action<OptionsBuilder> configure) => Set("connections", configure);
}
