using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>cors</c>.</summary>
internal static class CorsSchema
{
    private static readonly ConfigType<IReadOnlyList<string>> HeaderNames = Forms.OneOrMany(new CorsHeaderNameType());

    internal static ObjectType<CorsOrigin> OriginPattern { get; } = new(
        "origin pattern",
        [
            Option<CorsOrigin>.Create(
                "regex", new RegexType(), "A regular expression for whole origins.",
                (_, value) => new CorsOrigin(value, CorsOriginKind.Regex), isRequired: true),
        ],
        _ => new CorsOrigin("", CorsOriginKind.Regex));

    private static readonly FormsType<CorsOrigin> Origin = new() { Scalar = new CorsOriginType(), Mapping = OriginPattern };

    internal static ObjectType<CorsConfig> Type { get; } = new(
        "cors",
        [
            Option<CorsConfig>.Create(
                "origins", Forms.OneOrMany(Origin),
                "The origins: `https://example.com`, `https://*.example.com` for every name below it, `http://localhost:*` for every port, "
                + "`{ regex: … }`, `\"null\"`, or `\"*\"` for every origin.",
                (cors, value) => cors with { Origins = value }, isRequired: true),
            Option<CorsConfig>.Create(
                "methods", Forms.OneOrMany(new MethodType()), "The methods that scripts may use.",
                (cors, value) => cors with { Methods = value }, "`methods` of the route, or else GET, HEAD, POST, PUT, PATCH, DELETE"),
            Option<CorsConfig>.Create(
                "headers", HeaderNames, "The request headers that scripts may set; `\"*\"` for whatever they ask for.",
                (cors, value) => cors with { Headers = value }, "`*`"),
            Option<CorsConfig>.Create(
                "expose", HeaderNames, "The response headers that scripts may read beside the harmless ones; `\"*\"` for all.",
                (cors, value) => cors with { Expose = value }, "none"),
            Option<CorsConfig>.Create(
                "credentials", new BooleanType(), "Whether cookies and other credentials go along. Not with `\"*\"`.",
                (cors, value) => cors with { Credentials = value }, "`false`"),
            Option<CorsConfig>.Create(
                "max_age", new DurationType(0, 86_400_000), "How long browsers may remember the answer to a preflight, in whole seconds.",
                (cors, value) => cors with { MaxAgeMs = value }, "left to them, 5 s"),
            Option<CorsConfig>.Create(
                "private_network", new BooleanType(), "Whether public pages may reach this address in a private network.",
                (cors, value) => cors with { PrivateNetwork = value }, "`false`"),
        ],
        place => new CorsConfig { Location = place });

    internal static ConfigType<CorsConfig> Value { get; } = new FormsType<CorsConfig>
    {
        Scalar = new WordOrType<CorsConfig>(
            "off", CorsConfig.Off, new ConvertedType<CorsOrigin, CorsConfig>(new CorsOriginType(), (origin, place) => new CorsConfig { Origins = [origin], Location = place })),
        Sequence = new ConvertedType<IReadOnlyList<CorsOrigin>, CorsConfig>(
            new ListType<CorsOrigin>(Origin), (origins, place) => new CorsConfig { Origins = origins, Location = place }),
        Mapping = Type,
    };
}
