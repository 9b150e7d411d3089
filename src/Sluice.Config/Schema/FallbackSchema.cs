using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>fallback</c> of a route.</summary>
internal static class FallbackSchema
{
    internal static ObjectType<FallbackConfig> Type { get; } = new(
        "fallback",
        [
            Option<FallbackConfig>.Create(
                "to", new ProxyTargetType(), "Where the request goes: an upstream by its name, or a server by URL.", (fallback, value) => fallback with { To = value }),
            Option<FallbackConfig>.Create(
                "respond", RespondSchema.Value, "What is answered. In short a status or a text.", (fallback, value) => fallback with { Respond = value }),
        ],
        place => new FallbackConfig { Location = place })
    {
        ExactlyOneOf = ["to", "respond"],
    };

    /// <summary>The short and the long form.</summary>
    internal static ConfigType<FallbackConfig> Value { get; } = new FormsType<FallbackConfig>
    {
        Scalar = new ConvertedType<ProxyConfig, FallbackConfig>(new ProxyTargetType(), (value, place) => new FallbackConfig { To = value, Location = place }),
        Mapping = Type,
    };
}
