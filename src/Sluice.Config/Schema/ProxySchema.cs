using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>proxy</c> of a route.</summary>
internal static class ProxySchema
{
    private static readonly ProxyTargetType Target = new();

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
                (proxy, value) => value with { Sticky = proxy.Sticky }),
            Option<ProxyConfig>.Create(
                "split", new ListType<SplitShareConfig>(Share), "Several upstreams, each of which gets its share of the requests.",
                (proxy, value) => proxy with { Split = value }),
            Option<ProxyConfig>.Create(
                "sticky", StickySchema.Value,
                "What sends requests that belong together to the same upstream of a `split`: `cookie` or `client_ip`, or a mapping.",
                (proxy, value) => proxy with { Sticky = value }, "nothing"),
        ],
        place => new ProxyConfig { Location = place })
    {
        ExactlyOneOf = ["to", "split"],
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
