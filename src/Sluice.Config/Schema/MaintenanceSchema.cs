using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>maintenance</c>.</summary>
internal static class MaintenanceSchema
{
    internal static ObjectType<MaintenanceConfig> Type { get; } = new(
        "maintenance",
        [
            Option<MaintenanceConfig>.Create(
                "enabled", new BooleanType(), "Whether it holds. `false` in a route ends what `defaults` began.",
                (maintenance, value) => maintenance with { IsEnabled = value }, "`true`"),
            Option<MaintenanceConfig>.Create(
                "status", new IntegerType(400, 599), "The status.", (maintenance, value) => maintenance with { Status = value }, "`503`"),
            Option<MaintenanceConfig>.Create(
                "retry_after", new DurationType(1_000, int.MaxValue), "What `Retry-After` says, in whole seconds.",
                (maintenance, value) => maintenance with { RetryAfterMs = value }, "`5m`"),
            .. PageSchema.For<MaintenanceConfig>(maintenance => maintenance.Page, (maintenance, page) => maintenance with { Page = page }),
            Option<MaintenanceConfig>.Create(
                "except", Forms.OneOrMany(new AddressRangeType()),
                "Clients that get through.", (maintenance, value) => maintenance with { Except = value }, "none"),
        ],
        _ => new MaintenanceConfig());

    internal static ConfigType<MaintenanceConfig> Value { get; } = new FormsType<MaintenanceConfig>
    {
        Scalar = new ConvertedType<bool, MaintenanceConfig>(new BooleanType(), (value, _) => new MaintenanceConfig { IsEnabled = value }),
        Mapping = Type,
    };
}
