using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>circuit_breaker</c> of an upstream. The defaults are those of <see cref="CircuitBreakerPlan"/>, as a test checks.</summary>
internal static class CircuitBreakerSchema
{
    private static readonly DurationType Time = new(100, 86_400_000);

    internal static ObjectType<CircuitLatencyPlan> Latency { get; } = new(
        "circuit latency",
        [
            Option<CircuitLatencyPlan>.Create(
                "quantile", new PercentageType(), "The percentage of requests that may not take longer, up to `99.99`.",
                (latency, value) => latency with { QuantileHundredths = value }, "`99`"),
            Option<CircuitLatencyPlan>.Create(
                "above", new DurationType(1, 3_600_000), "The time to the head of the response.",
                (latency, value) => latency with { AboveMs = value }, isRequired: true),
        ],
        _ => new CircuitLatencyPlan(9_900, 0));

    internal static ObjectType<CircuitBreakerPlan> Type { get; } = new(
        "circuit breaker",
        [
            Option<CircuitBreakerPlan>.Create(
                "error_ratio", new IntegerType(1, 100), "So many failed requests, in percent, open it.",
                (plan, value) => plan with { ErrorPercent = value }, "`50`"),
            Option<CircuitBreakerPlan>.Create(
                "statuses", OutlierSchema.Statuses,
                "Responses that count as failed, beside everything that keeps a response from coming, or from coming whole. What another server made good has not failed.",
                (plan, value) => plan with { Statuses = value }, "500, 502, 503 and 504"),
            Option<CircuitBreakerPlan>.Create(
                "latency", Latency, "It opens as well when requests take too long: `{ quantile: 99, above: 1s }` when more than one in a hundred takes longer than 1 s.",
                (plan, value) => plan with { Latency = value }, "nothing"),
            Option<CircuitBreakerPlan>.Create(
                "min_requests", new IntegerType(1, 1_000_000), "Requests within the window before it says anything.",
                (plan, value) => plan with { RequestsMin = value }, "`20`"),
            Option<CircuitBreakerPlan>.Create(
                "window", new DurationType(1_000, 3_600_000), "How far back requests count.", (plan, value) => plan with { WindowMs = value }, "`10s`"),
            Option<CircuitBreakerPlan>.Create(
                "open_for", Time, "How long the upstream gets no requests then; twice as long each time that it turns out to be no better.",
                (plan, value) => plan with { OpenForMs = value }, "`10s`"),
            Option<CircuitBreakerPlan>.Create(
                "max_open_for", Time, "The longest that it stays open.", (plan, value) => plan with { OpenForMaxMs = value }, "`2m`"),
            Option<CircuitBreakerPlan>.Create(
                "ramp", Time, "How long it takes from the first requests to all of them.", (plan, value) => plan with { RampMs = value }, "`10s`"),
        ],
        _ => new CircuitBreakerPlan());

    /// <summary>The short and the long form.</summary>
    internal static ConfigType<CircuitBreakerConfig> Value { get; } = new FormsType<CircuitBreakerConfig>
    {
        Scalar = new ConvertedType<bool, CircuitBreakerConfig>(
            new BooleanType(), (isOn, place) => new CircuitBreakerConfig { Plan = isOn ? new CircuitBreakerPlan() : null, Location = place }),
        Mapping = new ConvertedType<CircuitBreakerPlan, CircuitBreakerConfig>(Type, (plan, place) => new CircuitBreakerConfig { Plan = plan, Location = place }),
    };
}
