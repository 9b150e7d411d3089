using Sluice.Config.Binding;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>balance</c>.</summary>
internal static class BalanceSchema
{
    private static readonly StickyKeyPlan ByAddress = new(StickyKeySource.ClientAddress, "");

    private static readonly HashKeyType Key = new(
        new WordType<StickyKeyPlan>(
            new Word<StickyKeyPlan>("client_ip", ByAddress),
            new("host", new StickyKeyPlan(StickyKeySource.Host, "")),
            new("path", new StickyKeyPlan(StickyKeySource.Path, "")),
            new("uri", new StickyKeyPlan(StickyKeySource.Uri, ""))),
        StickySchema.Key);

    /// <summary>The long form, for hashes.</summary>
    internal static ObjectType<BalancePlan> Hash { get; } = new(
        "hash",
        [
            Option<BalancePlan>.Create(
                "hash", Key,
                "The value of the request that decides: `client_ip`, `host`, `path`, `uri` (path and query), or `{ header: NAME }`, `{ cookie: NAME }`, "
                + "`{ query: NAME }`, or a text with [variables](#variables) such as `\"{header.x-tenant}/{path.1}\"`. Requests without it - of a text: without a value for any of its variables - "
                + "go to any server.",
                (balance, value) => balance with { Key = value }, isRequired: true),
            Option<BalancePlan>.Create(
                "table", new WordType<BalancePolicy>(new("ring", BalancePolicy.RingHash), new("maglev", BalancePolicy.Maglev)),
                "How values are assigned: `ring` moves the fewest when servers come and go, `maglev` shares more evenly.",
                (balance, value) => balance with { Policy = value }, "`ring`"),
            Option<BalancePlan>.Create(
                "bounded_load", new IntegerType(101, 10_000),
                "The most requests in flight that a server may have, in percent of its share of all, before the next one on the way takes over: `125` allows a quarter more.",
                (balance, value) => balance with { BoundedLoadPercent = value }, "no bound"),
        ],
        _ => new BalancePlan(BalancePolicy.RingHash));

    /// <summary>All forms.</summary>
    internal static ConfigType<BalancePlan> Value { get; } = new FormsType<BalancePlan>
    {
        Scalar = new WordType<BalancePlan>(
            new("round_robin", new BalancePlan(BalancePolicy.RoundRobin)),
            new("least_requests", new BalancePlan(BalancePolicy.LeastRequests)),
            new("random_two_choices", new BalancePlan(BalancePolicy.RandomTwoChoices)),
            new("peak_ewma", new BalancePlan(BalancePolicy.PeakEwma)),
            new("first", new BalancePlan(BalancePolicy.First)),
            new("client_ip_hash", new BalancePlan(BalancePolicy.RingHash) { Key = ByAddress })),
        Mapping = Hash,
    };
}
