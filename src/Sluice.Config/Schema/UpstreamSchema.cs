using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Schema.Tls;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Schema;

/// <summary>An entry of <c>upstreams</c>.</summary>
internal static class UpstreamSchema
{
    private static readonly ServerUrlType Url = new();

    /// <summary>The short form of a server.</summary>
    internal static ConfigType<ServerConfig> ServerByUrl { get; } =
        new ConvertedType<ServerAddress, ServerConfig>(Url, (value, place) => new ServerConfig { Address = value, Location = place });

    /// <summary>The long form of a server.</summary>
    internal static ObjectType<ServerConfig> Server { get; } = new(
        "server",
        [
            Option<ServerConfig>.Create(
                "url", Url, "`http://host:port` (without a port: 80), `https://host:port` (443) or `unix:/run/app.sock`.",
                (server, value) => server with { Address = value }, isRequired: true),
            Option<ServerConfig>.Create(
                "weight", new IntegerType(1, 1_000), "Its share of the requests relative to its siblings, 1 to 1000.",
                (server, value) => server with { Weight = value }, "`1`"),
        ],
        place => new ServerConfig { Location = place });

    private static readonly ConfigType<IReadOnlyList<ServerConfig>> Servers =
        Forms.OneOrMany(new FormsType<ServerConfig> { Scalar = ServerByUrl, Mapping = Server });

    /// <summary>The words for the ways to balance.</summary>
    internal static WordType<BalancePolicy> Balance { get; } = new(
        new("round_robin", BalancePolicy.RoundRobin),
        new("least_requests", BalancePolicy.LeastRequests),
        new("random_two_choices", BalancePolicy.RandomTwoChoices));

    internal static ObjectType<UpstreamConfig> Type { get; } = new(
        "upstream",
        [
            Option<UpstreamConfig>.Create(
                "servers", Servers, "The servers, each by its URL or as a mapping.",
                (upstream, value) => upstream with { Servers = value }, isRequired: true),
            Option<UpstreamConfig>.Create(
                "balance", Balance,
                "How a server is picked: `round_robin` takes each in turn by weight, `least_requests` the one with the fewest requests in flight by "
                + "weight, `random_two_choices` the less busy of two drawn at random.",
                (upstream, value) => upstream with { Balance = value }, "`round_robin`"),
            Option<UpstreamConfig>.Create(
                "connections", new ChangesType<PoolLimits>(PoolSchema.Type), "The connections to each of its servers.",
                (upstream, value) => upstream with { Connections = value }),
            Option<UpstreamConfig>.Create(
                "tls", UpstreamTlsSchema.Type, "TLS with those of its servers whose URL is `https`. Without it they are verified by the authorities of the system.",
                (upstream, value) => upstream with { Tls = value }),
            Option<UpstreamConfig>.Create(
                "http2", ListenerSchema.Http2,
                "Whether HTTP/2 is spoken with its servers: `true` asks those of `https` by ALPN, and speaks HTTP/1.1 with one that doesn't select it; "
                + "`prior_knowledge` speaks nothing else, also without TLS.",
                (upstream, value) => upstream with { Http2 = value }, "`false`"),
        ],
        _ => new UpstreamConfig());

    /// <summary>The value of <c>upstreams</c>.</summary>
    internal static ConfigType<IReadOnlyList<UpstreamConfig>> Map { get; } = new MapType<string, UpstreamConfig, UpstreamConfig>(
        "name to upstream",
        new NameType(),
        new FormsType<UpstreamConfig>
        {
            Scalar = new ConvertedType<ServerConfig, UpstreamConfig>(ServerByUrl, (value, _) => new UpstreamConfig { Servers = [value] }),
            Sequence = new ConvertedType<IReadOnlyList<ServerConfig>, UpstreamConfig>(Servers, (value, _) => new UpstreamConfig { Servers = value }),
            Mapping = Type,
        },
        (name, place, value) => (value ?? new UpstreamConfig()) with { Name = name, Location = place });
}
