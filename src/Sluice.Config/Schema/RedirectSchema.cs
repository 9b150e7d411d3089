using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>redirect</c>.</summary>
internal static class RedirectSchema
{
    private static readonly UriTemplateType To = new(isRedirect: true);

    internal static ObjectType<RedirectConfig> Type { get; } = new(
        "redirect",
        [
            Option<RedirectConfig>.Create(
                "to", To,
                "Where to: a path, or a URL; `https` is the same host and URI by https. `{host}` may only choose the host if the route's `match` names its hosts.",
                (redirect, value) => redirect with { To = value }, isRequired: true),
            Option<RedirectConfig>.Create(
                "status", new WordType<int>(new("301", 301), new("302", 302), new("303", 303), new("307", 307), new("308", 308)),
                "301 and 308 are for good, 302 and 307 for now, 303 says to `GET` it. 307 and 308 keep the method.",
                (redirect, value) => redirect with { Status = value }, "`308`"),
            Option<RedirectConfig>.Create(
                "keep_query", new BooleanType(), "Whether the query of the request is put behind it.",
                (redirect, value) => redirect with { KeepQuery = value }, "`false`"),
        ],
        _ => new RedirectConfig());

    internal static ConfigType<RedirectConfig> Value { get; } = new FormsType<RedirectConfig>
    {
        Scalar = new ConvertedType<TemplateConfig, RedirectConfig>(To, (value, _) => new RedirectConfig { To = value }),
        Mapping = Type,
    };
}
