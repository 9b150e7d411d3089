using Sluice.Proxy.Resolution.Messages;

namespace Sluice.Proxy.Resolution;

/// <summary>What a lookup found. Immutable.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Records">Records of the type that was asked for; none unless found.</param>
/// <param name="TtlSeconds">The shortest time to live of those records, and of the aliases that led to them.</param>
/// <param name="Problem">Why nothing was found, in words.</param>
internal sealed record LookupResult(LookupOutcome Outcome, IReadOnlyList<DnsRecord> Records, uint TtlSeconds, string Problem)
{
    /// <summary>One that found nothing.</summary>
    internal static LookupResult Without(LookupOutcome outcome, string problem) => new(outcome, [], 0, problem);
}
