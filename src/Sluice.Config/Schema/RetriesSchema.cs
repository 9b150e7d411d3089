using Sluice.Config.Binding;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>retries</c>. The defaults are those of <see cref="RetryPlan"/>, as a test checks.</summary>
internal static class RetriesSchema
{
    private const int KiB = 1024;
    private const int HourMs = 3_600_000;

    private static readonly RetryTriggerType Trigger = new(
        new("connect_failure", RetryConditions.ConnectFailure),
        new("refused", RetryConditions.Refused),
        new("reset", RetryConditions.Reset),
        new("timeout", RetryConditions.Timeout));

    internal static ObjectType<RetryPlan> Backoff { get; } = new(
        "backoff",
        [
            Option<RetryPlan>.Create(
                "base", new DurationType(0, HourMs), "The longest pause before the second attempt; it doubles with each. What is waited is drawn at random from 0 to that.",
                (plan, value) => plan with { BackoffBaseMs = value }, "`25ms`"),
            Option<RetryPlan>.Create(
                "max", new DurationType(0, HourMs), "What it grows to at the most.", (plan, value) => plan with { BackoffMaxMs = value }, "`250ms`"),
        ],
        _ => new RetryPlan());

    internal static ObjectType<RetryPlan> Budget { get; } = new(
        "budget",
        [
            Option<RetryPlan>.Create(
                "percent", new IntegerType(0, 100), "Retries at once, in percent of the upstream's requests in flight that are none; `100` bounds them by `attempts` alone.",
                (plan, value) => plan with { BudgetPercent = value }, "`20`"),
            Option<RetryPlan>.Create(
                "min", new IntegerType(0, 1_000_000), "Retries that an upstream may have at once with however few requests.",
                (plan, value) => plan with { BudgetMin = value }, "`3`"),
        ],
        _ => new RetryPlan());

    internal static ObjectType<ReplayPlan> Replay { get; } = new(
        "body_replay",
        [
            Option<ReplayPlan>.Create(
                "memory", new SizeType(0, 16 * KiB * KiB), "How much of a body is kept in memory.", (plan, value) => plan with { MemoryBytesMax = (int)value }, "`64KiB`"),
            Option<ReplayPlan>.Create(
                "disk", new SizeType(0, 1024L * KiB * KiB * KiB), "How much more of it is kept in a temporary file. A request with more is not sent again; 0 keeps nothing there.",
                (plan, value) => plan with { DiskBytesMax = value }, "`10MiB`"),
            Option<ReplayPlan>.Create(
                "folder", new FolderType(), "Where that file is made; it never has a name for long.", (plan, value) => plan with { Folder = value }, "that of the system"),
        ],
        _ => new ReplayPlan());

    internal static ObjectType<RetryPlan> Type { get; } = new(
        "retries",
        [
            Option<RetryPlan>.Create(
                "attempts", new IntegerType(0, 10, wordForZero: "off"), "Attempts besides the first, at each upstream.", (plan, value) => plan with { AttemptsMax = value }, "`2`"),
            Option<RetryPlan>.Create(
                "on", Forms.OneOrMany(Trigger),
                "After what: `connect_failure` (nothing was sent), `refused` (the server says that it did nothing: `REFUSED_STREAM`, `GOAWAY`), `reset` (the connection "
                + "ended before the response began), `timeout` (of an attempt, of taking the request, or of the first byte), or a status of the response.",
                (plan, value) => plan with { On = RetryTriggerType.Join(value) }, "`connect_failure` and `refused`"),
            Option<RetryPlan>.Create(
                "non_idempotent", new BooleanType(),
                "Whether requests other than `GET`, `HEAD`, `OPTIONS`, `TRACE`, `PUT` and `DELETE` are repeated when a server may have acted on them. They may then be done twice.",
                (plan, value) => plan with { NonIdempotent = value }, "`false`"),
            Option<RetryPlan>.Create(
                "per_try_timeout", new DurationType(0, 24 * HourMs), "From the choice of a server to the headers of its response; 0 means no limit. 504.",
                (plan, value) => plan with { PerTryTimeoutMs = value }, "`0s`"),
            Option<RetryPlan>.Create(
                "hedge", new HedgeType(),
                "How long an attempt may go unanswered before a second server is asked beside the first; the first answer is passed on, the other attempt is broken off. A time, or a quantile of "
                + "the upstream's response times such as `p95`, known after 100 of them; `off` asks none. Counts as one of `attempts`, and in the `budget`.",
                (plan, value) => plan with { Hedge = value == HedgeType.Off ? null : value }, "`off`"),
            Option<RetryPlan>.Create(
                "backoff", new ChangesType<RetryPlan>(Backoff), "The [pause](#backoff-of-retries) before an attempt. There is none where nothing was sent and there is another server.",
                (plan, value) => value(plan)),
            Option<RetryPlan>.Create(
                "budget", new ChangesType<RetryPlan>(Budget), "How many [retries](#budget-of-retries) there may be at once after a server had the request.",
                (plan, value) => value(plan)),
            Option<RetryPlan>.Create(
                "honor_retry_after", new DurationType(0, HourMs),
                "The longest `Retry-After` of a 429 or 503, in seconds or as a date, that is waited for before a retry; a longer one goes to the client with its response. `0` ignores it.",
                (plan, value) => plan with { RetryAfterMaxMs = value }, "`1s`"),
            Option<RetryPlan>.Create(
                "body_replay", Replay, "How much of a [body](#body_replay-of-retries) is kept while it is sent, so that it can be sent again.",
                (plan, value) => plan with { Replay = value }),
        ],
        _ => new RetryPlan());

    /// <summary>The short and the long form.</summary>
    internal static ConfigType<Func<RetryPlan, RetryPlan>> Value { get; } = new FormsType<Func<RetryPlan, RetryPlan>>
    {
        Scalar = new ConvertedType<int, Func<RetryPlan, RetryPlan>>(
            new IntegerType(0, 10, wordForZero: "off"), (value, _) => plan => plan with { AttemptsMax = value }),
        Mapping = new ChangesType<RetryPlan>(Type),
    };
}
