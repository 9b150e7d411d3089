using Sluice.Proxy.Caching;

namespace Sluice.Proxy.Telemetry;

/// <summary>What the cache had to do with a request, in the words of the access log and the metrics.</summary>
internal static class CacheOutcomeNames
{
    /// <summary>The word; empty for nothing.</summary>
    public static ReadOnlySpan<byte> Of(CacheOutcome outcome) => outcome switch
    {
        CacheOutcome.Hit => "hit"u8,
        CacheOutcome.Stale => "stale"u8,
        CacheOutcome.Revalidated => "revalidated"u8,
        CacheOutcome.Miss => "miss"u8,
        CacheOutcome.Expired => "expired"u8,
        CacheOutcome.Coalesced => "coalesced"u8,
        CacheOutcome.Bypass => "bypass"u8,
        _ => default,
    };
}
