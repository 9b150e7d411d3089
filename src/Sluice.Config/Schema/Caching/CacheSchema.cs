using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Model.Caching;
using Sluice.Config.Values;
using Sluice.Http.Addresses;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Caching;

namespace Sluice.Config.Schema.Caching;

/// <summary>The value of <c>cache</c> of a route. The defaults are those of <see cref="CachePlan"/>, as a test checks.</summary>
internal static class CacheSchema
{
    // Ten years, which is for ever on the web.
    private const int SecondsMax = 10 * 365 * 24 * 3600;

    private static readonly WordType<CacheIgnored> IgnoredWord = new(
        new("cache_control", CacheIgnored.CacheControl),
        new("expires", CacheIgnored.Expires),
        new("vary", CacheIgnored.Vary),
        new("set_cookie", CacheIgnored.SetCookie));

    private static readonly ConfigType<PurgeClientConfig> PurgeClient =
        new ConvertedType<IpRange, PurgeClientConfig>(new AddressRangeType(), (range, place) => new PurgeClientConfig(range, place));

    private static readonly ConfigType<IReadOnlyList<StatusLifetimeConfig>> Lifetimes = new MapType<StatusSpan, int, StatusLifetimeConfig>(
        "status to duration",
        new CacheStatusType(),
        new AgeType(0, SecondsMax),
        (statuses, place, seconds) => new StatusLifetimeConfig(new StatusLifetime(statuses, seconds), place));

    private static readonly ConfigType<CachedHeaderConfig> Header =
        new ConvertedType<string, CachedHeaderConfig>(new CachedHeaderType(), (name, place) => new CachedHeaderConfig(name, place));

    private static readonly ConfigType<IReadOnlyList<CachedHeaderConfig>> TrustedHeaders = new FormsType<IReadOnlyList<CachedHeaderConfig>>
    {
        Scalar = new WordOrType<IReadOnlyList<CachedHeaderConfig>>(
            "any", [], new ConvertedType<CachedHeaderConfig, IReadOnlyList<CachedHeaderConfig>>(Header, (header, _) => [header])),
        Sequence = new ListType<CachedHeaderConfig>(Header),
    };

    internal static ObjectType<CoalesceConfig> Coalesce { get; } = new(
        "coalesce",
        [
            Option<CoalesceConfig>.Create(
                "timeout", new DurationType(1, 600_000), "How long requests wait for the beginning of the response; then they go to a server on their own.",
                (coalesce, value) => coalesce with { TimeoutMs = value }, "`5s`"),
        ],
        _ => new CoalesceConfig(true));

    internal static ObjectType<CacheConfig> Type { get; } = new(
        "cache",
        [
            .. WhatIsStored(),
            .. HowLong(),
            .. WhatElse(),
        ],
        place => new CacheConfig { Location = place });

    /// <summary>The short and the long form.</summary>
    internal static ConfigType<CacheConfig> Value { get; } = new FormsType<CacheConfig>
    {
        Scalar = new ConvertedType<bool, CacheConfig>(new BooleanType(), (isOn, place) => new CacheConfig { IsOff = !isOn, Location = place }),
        Mapping = Type,
    };

    private static Option<CacheConfig>[] WhatIsStored() =>
    [
        Option<CacheConfig>.Create(
            "key", new CacheKeyType(),
            "What tells requests apart besides scheme, host and port, which always do; begins with `{path}`, `{uri}` or a `/`.",
            (cache, value) => cache with { Key = value }, "path and query"),
        Option<CacheConfig>.Create(
            "key_headers", Forms.OneOrMany(Header),
            "Headers of requests that servers get and that tell responses apart, as if every response named them in `Vary`. Those in `key` are among them.",
            (cache, value) => cache with { KeyHeaders = value }, "none"),
        Option<CacheConfig>.Create(
            "trust_headers", TrustedHeaders,
            "Headers of requests that servers get although responses are not told apart by them: one client can then choose what others are sent. `any` for all. "
            + "[Caching](../how-to/caching.md) lists those that servers get anyway.",
            (cache, value) => cache with { TrustedHeaders = value }, "none"),
        Option<CacheConfig>.Create(
            "methods", new CachedMethodsType(),
            "Requests that are answered from the cache. `HEAD` takes what is stored for `GET`.",
            (cache, value) => cache with { Methods = value }, "`GET` and `HEAD`"),
        Option<CacheConfig>.Create(
            "bypass", MatchSchema.Value, "A [match](#match-of-a-route): such requests are not answered from the cache, but what servers answer may be stored.",
            (cache, value) => cache with { Bypass = value }, "none"),
        Option<CacheConfig>.Create(
            "no_store", MatchSchema.Value, "A [match](#match-of-a-route): what servers answer to such requests is not stored.",
            (cache, value) => cache with { NoStore = value }, "none"),
        Option<CacheConfig>.Create(
            "min_uses", new IntegerType(1, 15), "How often something is asked for before it is stored.", (cache, value) => cache with { UsesMin = value }, "`1`"),
        Option<CacheConfig>.Create(
            "max_object", new SizeType(0, long.MaxValue), "The largest content that is stored; 0 means what [memory and disk](#cache) take.",
            (cache, value) => cache with { ObjectBytesMax = value }, "`0B`"),
        Option<CacheConfig>.Create(
            "slice", new SizeType(64 * 1024, 64 * 1024 * 1024),
            "The size of the parts that large contents are asked for and stored in, from servers that know ranges: 64 KiB to 64 MiB, and no more than one object has in "
            + "[memory](#cache). [How that works](../how-to/caching.md#large-files).",
            (cache, value) => cache with { SliceBytes = value }, "none"),
    ];

    private static Option<CacheConfig>[] HowLong() =>
    [
        Option<CacheConfig>.Create(
            "valid", Lifetimes,
            "How long responses are fresh that don't say so themselves, by status: `200`, a range `300-302`, a class `5xx`, or `any`; the narrowest counts. `0s` stores none.",
            (cache, value) => cache with { Valid = value }, "as RFC 9111 has it"),
        Option<CacheConfig>.Create(
            "ignore", Forms.OneOrMany(IgnoredWord),
            "What servers say that makes no difference: `cache_control`, `expires`, `vary` (everybody gets the same), `set_cookie` (stored without it).",
            (cache, value) => cache with { Ignore = value.Aggregate(CacheIgnored.None, (all, one) => all | one) }, "none"),
        Option<CacheConfig>.Create(
            "client_directives", new WordType<bool>(new("ignore", false), new("honor", true)),
            "Whether `Cache-Control` of requests can ask for something fresher than what is stored. `no-store` and `only-if-cached` always hold.",
            (cache, value) => cache with { HonorsClient = value }, "`ignore`"),
        Option<CacheConfig>.Create(
            "stale_while_revalidate", new AgeType(0, SecondsMax),
            "For how long past its freshness a response is sent at once while it is asked for anew, where servers don't say (RFC 5861, section 3).",
            (cache, value) => cache with { StaleWhileRevalidateSeconds = value }, "`0s`"),
        Option<CacheConfig>.Create(
            "stale_if_error", new AgeType(0, SecondsMax),
            "For how long past its freshness a response takes the place of an error, where servers don't say (RFC 5861, section 4).",
            (cache, value) => cache with { StaleIfErrorSeconds = value }, "`0s`"),
    ];

    private static Option<CacheConfig>[] WhatElse() =>
    [
        Option<CacheConfig>.Create(
            "coalesce", new FormsType<CoalesceConfig>
            {
                Scalar = new ConvertedType<bool, CoalesceConfig>(new BooleanType(), (isOn, _) => new CoalesceConfig(isOn)),
                Mapping = Coalesce,
            },
            "Whether requests for what is being fetched are answered with that. In short `true` or `false`.", (cache, value) => cache with { Coalesce = value }, "`true`"),
        Option<CacheConfig>.Create(
            "finish_fills", new BooleanType(), "Whether what was begun to be fetched is fetched whole when nobody waits for it any more.",
            (cache, value) => cache with { FinishesFills = value }, "`true`"),
        Option<CacheConfig>.Create(
            "status_header", new BooleanType(), "Whether responses say what the cache did, in `Cache-Status` (RFC 9211).",
            (cache, value) => cache with { SaysStatus = value }, "`true`"),
        Option<CacheConfig>.Create(
            "purge_from", Forms.OneOrMany(PurgeClient), "Clients whose requests with the method `PURGE` remove what is stored for their URL.",
            (cache, value) => cache with { PurgeClients = value }, "none"),
    ];
}
