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
                "url", Url, "`http://host:port` (without a port: 80), `https://host:port` (443) or `unix:/run/app.sock`; `srv+http://_http._tcp.example.com` (or `srv+https`) stands for the servers that "
                + "the SRV records of the name list, each with its weight and its priority as a tier.",
                (server, value) => server with { Address = value }, isRequired: true),
            Option<ServerConfig>.Create(
                "weight", new IntegerType(1, 1_000), "Its share of the requests relative to its siblings, 1 to 1000. Of `srv+` the records say it.",
                (server, value) => server with { Weight = value }, "`1`"),
            Option<ServerConfig>.Create(
                "backup", new BooleanType(), "Whether it gets requests only when none of the others can take them: `tier: 1`.",
                (server, value) => server with { IsBackup = value }, "`false`"),
            Option<ServerConfig>.Create(
                "tier", new IntegerType(0, 100), "Servers of a higher tier get requests only when those of the lower ones can't take them.",
                (server, value) => server with { Tier = value }, "`0`"),
        ],
        place => new ServerConfig { Location = place });

    private static readonly ConfigType<IReadOnlyList<ServerConfig>> Servers =
        Forms.OneOrMany(new FormsType<ServerConfig> { Scalar = ServerByUrl, Mapping = Server });

    internal static ObjectType<UpstreamConfig> Type { get; } = new(
        "upstream",
        [
            Option<UpstreamConfig>.Create(
                "servers", Servers, "The servers, each by its URL or as a mapping.",
                (upstream, value) => upstream with { Servers = value }, isRequired: true),
            Option<UpstreamConfig>.Create(
                "balance", BalanceSchema.Value,
                "How a server is picked: `round_robin` takes each in turn by weight, `least_requests` the one with the fewest requests in flight by "
                + "weight, `random_two_choices` the less busy of two drawn at random, `peak_ewma` the one that answers soonest, `first` the first that is ready, "
                + "`client_ip_hash` the one that the client's address belongs to; a mapping takes other values of the request.",
                (upstream, value) => upstream with { Balance = value }, "`round_robin`"),
            Option<UpstreamConfig>.Create(
                "slow_start", new DurationType(0, 3_600_000),
                "How long a server that was added by a reload, or takes requests again, takes from a tenth of its share to all of it; `0` gives it all at once.",
                (upstream, value) => upstream with { SlowStartMs = value }, "`0`"),
            Option<UpstreamConfig>.Create(
                "tier_min", new PercentageType(),
                "A tier gives over to the next when less than this percentage of its servers are ready; `0`: when none is.",
                (upstream, value) => upstream with { TierMinPercent = value / 100 }, "`0`"),
            Option<UpstreamConfig>.Create(
                "panic_threshold", new PercentageType(),
                "When less than this percentage of all its servers are ready, health is taken to be a mistake, and all servers that aren't in maintenance or drained get requests; `0`: never.",
                (upstream, value) => upstream with { PanicPercent = value / 100 }, "`0`"),
            Option<UpstreamConfig>.Create(
                "outlier_detection", OutlierSchema.Value,
                "When a server is taken out because it fails more than its siblings: on unless `false`; a mapping changes the rules. A single server never is.",
                (upstream, value) => upstream with { Outliers = value }, "`true`"),
            Option<UpstreamConfig>.Create(
                "circuit_breaker", CircuitBreakerSchema.Value,
                "When the upstream as a whole gets no requests for a while, which are answered with 503 and `Retry-After` at once: `true`, or a mapping.",
                (upstream, value) => upstream with { CircuitBreaker = value }, "`false`"),
            Option<UpstreamConfig>.Create(
                "adaptive_concurrency", AdaptiveConcurrencySchema.Value,
                "Whether the number of requests that it has at once is limited to what it answers as quickly as usual, over all servers and workers; what is beyond gets 503: `true`, or a mapping.",
                (upstream, value) => upstream with { AdaptiveConcurrency = value }, "`false`"),
            Option<UpstreamConfig>.Create(
                "session", SessionSchema.Value, "What keeps the requests of a client at one server: `cookie`, or a mapping. (For a value of the request see `balance`.)",
                (upstream, value) => upstream with { Session = value }, "nothing"),
            Option<UpstreamConfig>.Create(
                "health_check", HealthCheckSchema.Value,
                "How its servers are checked, so that one that is down gets no requests: a path that has to answer with 200 to 399, or a mapping.",
                (upstream, value) => upstream with { HealthCheck = value }, "they are not"),
            Option<UpstreamConfig>.Create(
                "retries", RetriesSchema.Value,
                "When a request is sent to a server [once more](#retries-of-a-route), unless its route or one of that route's policies says so itself.",
                (upstream, value) => upstream with { Retries = value }),
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
