using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>faults</c>.</summary>
internal static class FaultSchema
{
    private const string Share = "Which percentage of the requests.";

    internal static ObjectType<DelayFault> Delay { get; } = new(
        "delay",
        [
            Option<DelayFault>.Create(
                "time", new DurationType(1, 600_000), "How long requests wait before anything is done with them.",
                (delay, value) => delay with { TimeMs = value }, isRequired: true),
            Option<DelayFault>.Create(
                "percentage", new PercentageType(), Share, (delay, value) => delay with { HundredthsOfPercent = value }, "`100`"),
        ],
        _ => new DelayFault());

    internal static ObjectType<AbortFault> Abort { get; } = new(
        "abort",
        [
            Option<AbortFault>.Create(
                "status", new IntegerType(400, 599), "The status that requests get in place of an answer; no server sees them.",
                (abort, value) => abort with { Status = value }, isRequired: true),
            Option<AbortFault>.Create(
                "percentage", new PercentageType(), Share, (abort, value) => abort with { HundredthsOfPercent = value }, "`100`"),
        ],
        _ => new AbortFault());

    internal static ObjectType<FaultPlan> Type { get; } = new(
        "faults",
        [
            Option<FaultPlan>.Create("delay", Delay, "Requests that wait.", (faults, value) => faults with { Delay = value }, "none"),
            Option<FaultPlan>.Create("abort", Abort, "Requests that fail, of those that are delayed and those that aren't.", (faults, value) => faults with { Abort = value }, "none"),
        ],
        _ => new FaultPlan());

    internal static ConfigType<FaultConfig> Value { get; } = new WordOrType<FaultConfig>(
        "off", new FaultConfig(null), new ConvertedType<FaultPlan, FaultConfig>(Type, (plan, _) => new FaultConfig(plan)));
}
