using Sluice.Http.Addresses;
using Sluice.Proxy.Plans.Matching;
using Sluice.Proxy.Templates;

namespace Sluice.Proxy.Plans.Caching;

/// <summary>What of a route's responses is kept, for how long, and for whom (RFC 9111). Times are in seconds.</summary>
public sealed record CachePlan
{
    /// <summary>What tells requests apart besides scheme, host and port; null means path and query.</summary>
    public Template? Key { get; init; }

    /// <summary>
    /// Headers of requests that servers get and that tell responses apart, as if every response had them in <c>Vary</c>; names in lower case.
    /// </summary>
    public PlanList<string> KeyHeaders { get; init; } = [];

    /// <summary>Headers of requests that servers get although they do not tell responses apart: who sends them is trusted not to poison the cache. Names in lower case.</summary>
    public PlanList<string> TrustedHeaders { get; init; } = [];

    /// <summary>Whether every header of requests is trusted.</summary>
    public bool TrustsAllHeaders { get; init; }

    /// <summary>Whether requests with HEAD are answered from the cache; GET always is.</summary>
    public bool TakesHead { get; init; } = true;

    /// <summary>How long responses are fresh that do not say so themselves, by status; the first that contains the status.</summary>
    public PlanList<StatusLifetime> Valid { get; init; } = [];

    /// <summary>What servers say that makes no difference.</summary>
    public CacheIgnored Ignore { get; init; }

    /// <summary>Whether what a client says in <c>Cache-Control</c> makes a cached response too old for it. <c>only-if-cached</c> and <c>no-store</c> always hold.</summary>
    public bool HonorsClient { get; init; }

    /// <summary>Requests that are not answered from the cache, but whose response may be stored; null for none.</summary>
    public MatchCondition? Bypass { get; init; }

    /// <summary>Requests whose responses are not stored; null for none.</summary>
    public MatchCondition? NoStore { get; init; }

    /// <summary>How often something is asked for before it is stored, 1 to 15.</summary>
    public int UsesMin { get; init; } = 1;

    /// <summary>The largest content that is stored, in bytes; 0 leaves it to the store.</summary>
    public long ObjectBytesMax { get; init; }

    /// <summary>The size of the parts that larger contents are fetched and stored in, in bytes; 0 for whole contents.</summary>
    public int SliceBytes { get; init; }

    /// <summary>For how long past its freshness a response is sent while it is asked for anew behind it, where servers don't say (RFC 5861, section 3).</summary>
    public int StaleWhileRevalidateSeconds { get; init; }

    /// <summary>For how long past its freshness a response takes the place of an error, where servers don't say (RFC 5861, section 4).</summary>
    public int StaleIfErrorSeconds { get; init; }

    /// <summary>Whether requests for what is being fetched wait for that.</summary>
    public bool Coalesces { get; init; } = true;

    /// <summary>How long they wait for its beginning, in milliseconds; then they go on their own.</summary>
    public int CoalesceTimeoutMs { get; init; } = 5_000;

    /// <summary>Whether what was begun to be fetched is fetched whole when nobody waits for it any more.</summary>
    public bool FinishesFills { get; init; } = true;

    /// <summary>Whether responses say what the cache did, in <c>Cache-Status</c> (RFC 9211).</summary>
    public bool SaysStatus { get; init; } = true;

    /// <summary>Clients whose requests with the method <c>PURGE</c> remove what is stored for their URL; none when empty.</summary>
    public PlanList<IpRange> PurgeClients { get; init; } = [];
}
