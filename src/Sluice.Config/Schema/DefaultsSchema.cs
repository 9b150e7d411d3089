using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>defaults</c>.</summary>
internal static class DefaultsSchema
{
    internal static ObjectType<DefaultsConfig> Type { get; } = new(
        "defaults",
        [
            .. RouteSettingsSchema.For<DefaultsConfig>(defaults => defaults.Routes, (defaults, settings) => defaults with { Routes = settings }),
            Option<DefaultsConfig>.Create(
                "balance", BalanceSchema.Value, "How upstreams pick a server.", (defaults, value) => defaults with { Balance = value }, "`round_robin`"),
            Option<DefaultsConfig>.Create(
                "outlier_detection", OutlierSchema.Value, "When servers of upstreams are taken out because they fail more than their siblings.",
                (defaults, value) => defaults with { Outliers = value }, "`true`"),
            Option<DefaultsConfig>.Create(
                "connections", new ChangesType<PoolLimits>(PoolSchema.Type), "The connections to each server of upstreams.",
                (defaults, value) => defaults with { Connections = value }),
        ],
        _ => new DefaultsConfig());
}
