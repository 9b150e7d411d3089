using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Matching;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>match</c>, and of the matches within it.</summary>
internal static class MatchSchema
{
    private static readonly ConfigType<MatchConfig> Inner = new DeferredType<MatchConfig>(() => Value!);
    private static readonly ConfigType<IReadOnlyList<MatchConfig>> InnerList = new ListType<MatchConfig>(Inner);

    internal static ObjectType<MatchConfig> Type { get; } = new(
        "match",
        [
            Option<MatchConfig>.Create(
                "host", Forms.OneOrMany(PatternSchema.Host),
                "Hosts: a name, an IP address, `*.example.com` for every name below (but not `example.com` itself), or `{ regex: \"...\" }`.",
                (match, value) => match with { Hosts = value }, "every host"),
            Option<MatchConfig>.Create(
                "path", Forms.OneOrMany(PatternSchema.Path),
                "Paths: `/exact`; `/api/*` for `/api` and everything below (but not `/apix`); a glob, where `*` is any number of characters within a "
                + "segment and `**` any number of segments, such as `/*/img/**/*.png`; or `{ regex: \"...\" }`.",
                (match, value) => match with { Paths = value }, "every path"),
            Option<MatchConfig>.Create(
                "method", Forms.OneOrMany(new MethodType()), "Methods, such as `GET`. It does not include `HEAD`.",
                (match, value) => match with { Methods = value }, "every method"),
            Option<MatchConfig>.Create(
                "header", ValueSchema.MapOf("header name", new FieldNameType("header"), (name, test) => new HeaderCondition(name, test)),
                "Headers by name, in any case, each with what its value has to be; several lines of one name are one value, joined by `, `.", (match, value) => With(match, value)),
            Option<MatchConfig>.Create(
                "query", ValueSchema.MapOf("parameter", new TextType(), (name, test) => new QueryCondition(name, test)),
                "Parameters of the query by name, each with what its first value has to be, percent-decoded.", (match, value) => With(match, value)),
            Option<MatchConfig>.Create(
                "cookie", ValueSchema.MapOf("cookie name", new FieldNameType("cookie"), (name, test) => new CookieCondition(name, test)),
                "Cookies by name, each with what the value of the first has to be.", (match, value) => With(match, value)),
            Option<MatchConfig>.Create(
                "client_ip", Forms.OneOrMany(new AddressRangeType()), "The client's address, as `trusted_proxies` tell it.",
                (match, value) => match with { ClientAddresses = value }, "every address"),
            Option<MatchConfig>.Create(
                "scheme", new WordType<bool>(new("http", false), new("https", true)), "What the client used, or what a trusted proxy says that it used.",
                (match, value) => match with { IsHttps = value }, "both"),
            Option<MatchConfig>.Create(
                "sni", Forms.OneOrMany(PatternSchema.Host), "The name in the TLS handshake, written like `host`.",
                (match, value) => match with { Sni = value }),
            Option<MatchConfig>.Create(
                "listener", Forms.OneOrMany(new ConvertedType<string, ListenerUseConfig>(new TextType(), (text, place) => new ListenerUseConfig(text, place))),
                "Listeners by name, or by address as under `listen`.", (match, value) => match with { Listeners = value }, "every listener"),
            Option<MatchConfig>.Create(
                "percentage", new PercentageType(), "A share of the requests, 0 to 100, drawn at random once for each request.",
                (match, value) => match with { HundredthsOfPercent = value }, "`100`"),
            Option<MatchConfig>.Create(
                "all", InnerList, "Matches that all have to hold.", (match, value) => match with { All = value }),
            Option<MatchConfig>.Create(
                "any", InnerList, "Matches of which one has to hold.", (match, value) => match with { Any = value }),
            Option<MatchConfig>.Create(
                "not", Inner, "A match that must not hold.", (match, value) => match with { Not = value }),
        ],
        place => new MatchConfig { Location = place });

    /// <summary>In short a path.</summary>
    internal static ConfigType<MatchConfig> Value { get; } = new FormsType<MatchConfig>
    {
        Scalar = new ConvertedType<PathMatch, MatchConfig>(PatternSchema.PathText, (value, place) => new MatchConfig { Paths = [value], Location = place }),
        Mapping = Type,
    };

    private static MatchConfig With(MatchConfig match, IReadOnlyList<MatchCondition> values) => match with { Values = [.. match.Values, .. values] };
}
