using Sluice.Config.Diagnostics;
using Sluice.Proxy.Plans.Caching;

namespace Sluice.Config.Model.Caching;

/// <summary>What of a route's responses is kept, and for how long. Null: nothing said.</summary>
public sealed record CacheConfig
{
    /// <summary>Whether it was said that nothing is kept, whatever the policies and defaults say.</summary>
    public bool IsOff { get; init; }

    /// <summary>What tells requests apart besides scheme, host and port.</summary>
    public TemplateConfig? Key { get; init; }

    /// <summary>Headers of requests that tell responses apart.</summary>
    public IReadOnlyList<CachedHeaderConfig>? KeyHeaders { get; init; }

    /// <summary>Headers of requests that servers get although they don't; empty for all.</summary>
    public IReadOnlyList<CachedHeaderConfig>? TrustedHeaders { get; init; }

    /// <summary>The methods of requests that are answered from the cache: <c>GET</c>, <c>HEAD</c>.</summary>
    public IReadOnlyList<string>? Methods { get; init; }

    /// <summary>How long responses are fresh that don't say so themselves, in the order written.</summary>
    public IReadOnlyList<StatusLifetimeConfig>? Valid { get; init; }

    /// <summary>What servers say that makes no difference.</summary>
    public CacheIgnored? Ignore { get; init; }

    /// <summary>Whether what clients say in <c>Cache-Control</c> makes a stored response too old for them.</summary>
    public bool? HonorsClient { get; init; }

    /// <summary>Requests that are not answered from the cache.</summary>
    public MatchConfig? Bypass { get; init; }

    /// <summary>Requests whose responses are not stored.</summary>
    public MatchConfig? NoStore { get; init; }

    /// <summary>How often something is asked for before it is stored.</summary>
    public int? UsesMin { get; init; }

    /// <summary>The largest content that is stored, in bytes.</summary>
    public long? ObjectBytesMax { get; init; }

    /// <summary>The size of the parts that larger contents are fetched and stored in, in bytes; 0 for whole contents.</summary>
    public long? SliceBytes { get; init; }

    /// <summary>For how long a stale response is sent while it is asked for anew, in seconds.</summary>
    public int? StaleWhileRevalidateSeconds { get; init; }

    /// <summary>For how long a stale response takes the place of an error, in seconds.</summary>
    public int? StaleIfErrorSeconds { get; init; }

    /// <summary>Whether requests wait for what is being fetched, and how long.</summary>
    public CoalesceConfig? Coalesce { get; init; }

    /// <summary>Whether what was begun to be fetched is fetched whole when nobody waits for it any more.</summary>
    public bool? FinishesFills { get; init; }

    /// <summary>Whether responses have <c>Cache-Status</c>.</summary>
    public bool? SaysStatus { get; init; }

    /// <summary>Clients that may use the method <c>PURGE</c>.</summary>
    public IReadOnlyList<PurgeClientConfig>? PurgeClients { get; init; }

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }

    /// <summary>Whether servers get every header.</summary>
    internal bool TrustsAllHeaders => TrustedHeaders is { Count: 0 };

    /// <summary>What it says of requests by conditions.</summary>
    internal IEnumerable<MatchConfig> Conditions => new[] { Bypass, NoStore }.OfType<MatchConfig>();

    /// <summary>This where it says something, and <paramref name="below"/> where it doesn't. What is off there says nothing.</summary>
    public CacheConfig Over(CacheConfig? below) => IsOff || below is null or { IsOff: true } ? this : new()
    {
        Key = Key ?? below.Key,
        KeyHeaders = KeyHeaders ?? below.KeyHeaders,
        TrustedHeaders = TrustedHeaders ?? below.TrustedHeaders,
        Methods = Methods ?? below.Methods,
        Valid = Valid ?? below.Valid,
        Ignore = Ignore ?? below.Ignore,
        HonorsClient = HonorsClient ?? below.HonorsClient,
        Bypass = Bypass ?? below.Bypass,
        NoStore = NoStore ?? below.NoStore,
        UsesMin = UsesMin ?? below.UsesMin,
        ObjectBytesMax = ObjectBytesMax ?? below.ObjectBytesMax,
        SliceBytes = SliceBytes ?? below.SliceBytes,
        StaleWhileRevalidateSeconds = StaleWhileRevalidateSeconds ?? below.StaleWhileRevalidateSeconds,
        StaleIfErrorSeconds = StaleIfErrorSeconds ?? below.StaleIfErrorSeconds,
        Coalesce = Coalesce is { } own ? own with { TimeoutMs = own.TimeoutMs ?? below.Coalesce?.TimeoutMs } : below.Coalesce,
        FinishesFills = FinishesFills ?? below.FinishesFills,
        SaysStatus = SaysStatus ?? below.SaysStatus,
        PurgeClients = PurgeClients ?? below.PurgeClients,
        Location = Location ?? below.Location,
    };
}
