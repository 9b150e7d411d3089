using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>outlier_detection</c>. The defaults are those of <see cref="OutlierPlan"/>, as a test checks.</summary>
internal static class OutlierSchema
{
    private static readonly DurationType Time = new(100, 86_400_000);

    /// <summary>Statuses that count as errors.</summary>
    internal static ConfigType<PlanList<StatusSpan>> Statuses { get; } = new ConvertedType<IReadOnlyList<StatusRange>, PlanList<StatusSpan>>(
        Forms.OneOrMany(new StatusRangeType()), (ranges, _) => [.. ranges.Select(range => new StatusSpan(range.From, range.To))]);

    internal static ObjectType<OutlierPlan> Type { get; } = new(
        "outlier detection",
        [
            Option<OutlierPlan>.Create(
                "consecutive_errors", new IntegerType(0, 1_000_000), "So many errors in a row take a server out at once; `0`: they don't.",
                (plan, value) => plan with { ConsecutiveErrors = value }, "`5`"),
            Option<OutlierPlan>.Create(
                "statuses", Statuses,
                "Responses that count as errors, beside everything that keeps a response from coming, or from coming whole: no connection, a reset, a timeout, content that is cut off.",
                (plan, value) => plan with { Statuses = value }, "500, 502, 503 and 504"),
            Option<OutlierPlan>.Create(
                "error_ratio", new IntegerType(0, 100), "So many errors among its requests, in percent, take a server out; `0`: they don't.",
                (plan, value) => plan with { ErrorPercent = value }, "`50`"),
            Option<OutlierPlan>.Create(
                "success_rate", new DecimalType(100),
                "A server is taken out whose share of good responses is so many standard deviations below the mean of its siblings, and by 10 points at least; `0`: none is.",
                (plan, value) => plan with { DeviationHundredths = value }, "`1.9`"),
            Option<OutlierPlan>.Create(
                "latency", new DecimalType(1_000),
                "A server is taken out that takes so many times as long as the median of its siblings to the head of a response, and 5 ms longer at least; `0`: none is.",
                (plan, value) => plan with { LatencyFactorHundredths = value }, "`0`"),
            Option<OutlierPlan>.Create(
                "min_requests", new IntegerType(1, 1_000_000),
                "Requests to a server before its shares and times say anything: in the last interval, or as many of the last ten as it takes.",
                (plan, value) => plan with { RequestsMin = value }, "`100`"),
            Option<OutlierPlan>.Create(
                "min_servers", new IntegerType(2, 10_000), "Servers with as many requests before `success_rate` compares them.",
                (plan, value) => plan with { ServersMin = value }, "`5`"),
            Option<OutlierPlan>.Create(
                "interval", Time, "How often shares and times are looked at.", (plan, value) => plan with { IntervalMs = value }, "`1s`"),
            Option<OutlierPlan>.Create(
                "ejection_time", Time, "How long a server is out the first time; the second time twice as long, and so on. As much time in takes one back.",
                (plan, value) => plan with { EjectionTimeMs = value }, "`30s`"),
            Option<OutlierPlan>.Create(
                "max_ejection_time", Time, "The longest that a server is out.", (plan, value) => plan with { EjectionTimeMaxMs = value }, "`5m`"),
            Option<OutlierPlan>.Create(
                "readmit_by_checks", new BooleanType(),
                "Whether a server is let in earlier by its `health_check`: when `rise` checks in a row have passed that began after it went out. If it has to go out again soon "
                + "and its checks saw nothing, they don't see what is wrong: then its time counts.",
                (plan, value) => plan with { ReadmitByChecks = value }, "`true`"),
            Option<OutlierPlan>.Create(
                "max_ejected", new IntegerType(0, 100),
                "The share of the upstream's servers that may be out at a time, in percent: one of two or more in any case, and never the last that is ready; `0`: none.",
                (plan, value) => plan with { EjectedPercentMax = value }, "`50`"),
        ],
        _ => new OutlierPlan());

    /// <summary>The short and the long form.</summary>
    internal static ConfigType<OutlierConfig> Value { get; } = new FormsType<OutlierConfig>
    {
        Scalar = new ConvertedType<bool, OutlierConfig>(
            new BooleanType(), (isOn, place) => new OutlierConfig { Plan = isOn ? new OutlierPlan() : null, Location = place }),
        Mapping = new ConvertedType<OutlierPlan, OutlierConfig>(Type, (plan, place) => new OutlierConfig { Plan = plan, Location = place }),
    };
}
