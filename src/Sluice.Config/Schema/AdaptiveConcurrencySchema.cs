using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>adaptive_concurrency</c> of an upstream. The defaults are those of <see cref="AdaptiveConcurrencyPlan"/>, as a test checks.</summary>
internal static class AdaptiveConcurrencySchema
{
    private static readonly IntegerType Requests = new(1, 1_000_000);

    internal static ObjectType<AdaptiveConcurrencyPlan> Type { get; } = new(
        "adaptive concurrency",
        [
            Option<AdaptiveConcurrencyPlan>.Create(
                "min_limit", Requests, "The least that the limit can become.", (plan, value) => plan with { LimitMin = value }, "`3`"),
            Option<AdaptiveConcurrencyPlan>.Create(
                "max_limit", Requests, "The most that it can become.", (plan, value) => plan with { LimitMax = value }, "`1000`"),
            Option<AdaptiveConcurrencyPlan>.Create(
                "initial_limit", Requests, "What it is before anything was measured, as far as the two above allow.",
                (plan, value) => plan with { LimitInitial = value }, "`20`"),
            Option<AdaptiveConcurrencyPlan>.Create(
                "tolerance", new IntegerType(1, 1_000), "How much longer than usual responses may take before the limit falls, in percent.",
                (plan, value) => plan with { TolerancePercent = value }, "`25`"),
            Option<AdaptiveConcurrencyPlan>.Create(
                "recalibrate", new DurationType(1_000, 3_600_000),
                "How often is measured what is usual. If requests are being turned away or wait then, the limit is lower for a moment.",
                (plan, value) => plan with { RecalibrateMs = value }, "`1m`"),
            Option<AdaptiveConcurrencyPlan>.Create(
                "queue", new IntegerType(0, 1_000_000),
                "Requests of one worker that may wait for their turn, those of a higher `priority_class` first; what is beyond gets 503.",
                (plan, value) => plan with { QueueMax = value }, "`0`"),
            Option<AdaptiveConcurrencyPlan>.Create(
                "queue_timeout", new DurationType(10, 86_400_000), "How long they wait.", (plan, value) => plan with { QueueTimeoutMs = value }, "`1s`"),
        ],
        _ => new AdaptiveConcurrencyPlan());

    /// <summary>The short and the long form.</summary>
    internal static ConfigType<AdaptiveConcurrencyConfig> Value { get; } = new FormsType<AdaptiveConcurrencyConfig>
    {
        Scalar = new ConvertedType<bool, AdaptiveConcurrencyConfig>(
            new BooleanType(), (isOn, place) => new AdaptiveConcurrencyConfig { Plan = isOn ? new AdaptiveConcurrencyPlan() : null, Location = place }),
        Mapping = new ConvertedType<AdaptiveConcurrencyPlan, AdaptiveConcurrencyConfig>(
            Type, (plan, place) => new AdaptiveConcurrencyConfig { Plan = plan, Location = place }),
    };
}
