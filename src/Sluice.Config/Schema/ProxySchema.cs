using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>proxy</c> of a route.</summary>
internal static class ProxySchema
{
    private static readonly ProxyTargetType Target = new();

    private static readonly RetryTriggerType Trigger = new(
        new("no_server", RetryConditions.NoServer),
        new("connect_failure", RetryConditions.ConnectFailure),
        new("refused", RetryConditions.Refused),
        new("reset", RetryConditions.Reset),
        new("timeout", RetryConditions.Timeout));

    internal static ObjectType<SplitShareConfig> Share { get; } = new(
        "share",
        [
            Option<SplitShareConfig>.Create(
                "to", Target, "An upstream by its name, or a server by URL.", (share, value) => share with { To = value }, isRequired: true),
            Option<SplitShareConfig>.Create(
                "weight", new IntegerType(0, 1_000), "Its share of the requests relative to the others, 0 to 1000; 0 gets nothing.",
                (share, value) => share with { Weight = value }, "`1`"),
        ],
        place => new SplitShareConfig { Location = place });

    /// <summary>The long form.</summary>
    internal static ObjectType<ProxyConfig> Type { get; } = new(
        "proxy",
        [
            Option<ProxyConfig>.Create(
                "to", Target, "An upstream by its name, or a server by URL.",
                (proxy, value) => value with { Sticky = proxy.Sticky, FailoverOn = proxy.FailoverOn }),
            Option<ProxyConfig>.Create(
                "split", new ListType<SplitShareConfig>(Share), "Several upstreams, each of which gets its share of the requests.",
                (proxy, value) => proxy with { Split = value }),
            Option<ProxyConfig>.Create(
                "failover", new ListType<ProxyConfig>(Target),
                "Upstreams by name, or servers by URL, one behind the other: what one can't serve, after its retries, goes on to the next.",
                (proxy, value) => proxy with { Failover = value }),
            Option<ProxyConfig>.Create(
                "on", Forms.OneOrMany(Trigger),
                "After what a `failover` goes on: `no_server` (none is ready, or has a connection in time), the words of [`retries`](#retries-of-a-route), or a status of the response. "
                + "What a server may have acted on goes on only where it may be repeated.",
                (proxy, value) => proxy with { FailoverOn = RetryTriggerType.Join(value) }, "`no_server` and `connect_failure`"),
            Option<ProxyConfig>.Create(
                "sticky", StickySchema.Value,
                "What sends requests that belong together to the same upstream of a `split`: `cookie` or `client_ip`, or a mapping.",
                (proxy, value) => proxy with { Sticky = value }, "nothing"),
        ],
        place => new ProxyConfig { Location = place })
    {
        ExactlyOneOf = ["to", "split", "failover"],
    };

    /// <summary>All forms.</summary>
    internal static ConfigType<ProxyConfig> Value { get; } = new FormsType<ProxyConfig>
    {
        Scalar = Target,
        Sequence = new ConvertedType<IReadOnlyList<ServerConfig>, ProxyConfig>(
            new ListType<ServerConfig>(UpstreamSchema.ServerByUrl), (value, place) => new ProxyConfig { Servers = value, Location = place }),
        Mapping = Type,
    };
}
