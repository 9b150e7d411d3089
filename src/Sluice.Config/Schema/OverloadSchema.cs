using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>overload</c>. The defaults are those of <see cref="OverloadPlan"/>, as a test checks.</summary>
internal static class OverloadSchema
{
    // A step ends 5 points below where it begins, which has to be a pressure that can be.
    private static readonly IntegerType Percent = new(10, 100);

    internal static ObjectType<OverloadPlan> Type { get; } = new(
        "overload",
        [
            Option<OverloadPlan>.Create(
                "memory_limit", new SizeType(0, long.MaxValue),
                "The memory of the process that is 100 %; 0 means what its control group (the container) may have, and no measure of memory where that has no limit.",
                (plan, value) => plan with { MemoryLimitBytes = value }, "`0B`"),
            Option<OverloadPlan>.Create(
                "max_delay", new DurationType(10, 60_000),
                "The delay of an event loop that is 100 %: the longest that it was busy without looking at its connections, in each quarter of the last 2 seconds.",
                (plan, value) => plan with { DelayMaxMs = value }, "`100ms`"),
            Option<OverloadPlan>.Create(
                "reduce_timeouts", Percent,
                "From which percentage on idle connections, of clients and to servers, are kept for less long; 10 points further for 2 s.",
                (plan, value) => plan with { ReduceTimeoutsPercent = value }, "`80`"),
            Option<OverloadPlan>.Create(
                "shrink", Percent, "From which on idle connections to servers are closed, and memory is given back.",
                (plan, value) => plan with { ShrinkPercent = value }, "`85`"),
            Option<OverloadPlan>.Create(
                "close", Percent, "From which on connections of clients end with the request in progress: `Connection: close`, or GOAWAY.",
                (plan, value) => plan with { ClosePercent = value }, "`92`"),
            Option<OverloadPlan>.Create(
                "shed", Percent,
                "From which on requests of routes with `priority_class: normal` get 503 with `Retry-After`; those of `low` from half way between `shrink` and here.",
                (plan, value) => plan with { ShedPercent = value }, "`95`"),
            Option<OverloadPlan>.Create(
                "refuse", Percent, "From which on new connections are refused, and requests of `priority_class: high` get 503, too; those of `critical` never do.",
                (plan, value) => plan with { RefusePercent = value }, "`98`"),
        ],
        _ => new OverloadPlan());

    internal static ConfigType<OverloadConfig> Value { get; } = new FormsType<OverloadConfig>
    {
        Scalar = new WordType<OverloadConfig>(new Word<OverloadConfig>("off", new OverloadConfig(null))),
        Mapping = new ConvertedType<OverloadPlan, OverloadConfig>(Type, (plan, place) => new OverloadConfig(plan, place)),
    };
}
