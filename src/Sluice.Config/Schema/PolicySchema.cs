using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>policies</c>.</summary>
internal static class PolicySchema
{
    internal static ObjectType<PolicyConfig> Type { get; } = new(
        "policy",
        RouteSettingsSchema.For<PolicyConfig>(policy => policy.Settings, (policy, settings) => policy with { Settings = settings }),
        _ => new PolicyConfig());

    internal static ConfigType<IReadOnlyList<PolicyConfig>> Map { get; } = new MapType<string, PolicyConfig, PolicyConfig>(
        "name to policy",
        new NameType(),
        Type,
        (name, place, value) => (value ?? new PolicyConfig()) with { Name = name, Location = place });
}
