using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Schema;

/// <summary>The values of <c>rewrite_location</c> and <c>rewrite_cookies</c>.</summary>
internal static class ResponseRewriteSchema
{
    private static readonly ConfigType<IReadOnlyList<PrefixMapping>> Urls = Map("URL or path to URL or path", new UrlPrefixType(), new UrlPrefixType());

    /// <summary>False gives null, true an empty list.</summary>
    internal static ConfigType<IReadOnlyList<PrefixMapping>?> Location { get; } = new FormsType<IReadOnlyList<PrefixMapping>?>
    {
        Scalar = new ConvertedType<bool, IReadOnlyList<PrefixMapping>?>(new BooleanType(), (isOn, _) => isOn ? [] : null),
        Mapping = new ConvertedType<IReadOnlyList<PrefixMapping>, IReadOnlyList<PrefixMapping>?>(Urls, (mappings, _) => mappings),
    };

    internal static ObjectType<CookieRewriteConfig> Cookies { get; } = new(
        "rewrite_cookies",
        [
            Option<CookieRewriteConfig>.Create(
                "domain", Map("domain to domain", new CookieDomainType(mayBeEmpty: false), new CookieDomainType(mayBeEmpty: true)),
                "Domains, and what takes their place; an empty text leaves the attribute out, so that the cookie is for the host that the client asked.",
                (cookies, value) => cookies with { Domains = value }, "none"),
            Option<CookieRewriteConfig>.Create(
                "path", Map("path prefix to path prefix", new CookiePathType(), new CookiePathType()),
                "Beginnings of paths in whole segments, and what takes their place; the first that fits counts.",
                (cookies, value) => cookies with { Paths = value }, "none"),
            Option<CookieRewriteConfig>.Create(
                "secure", new BooleanType(), "Whether cookies go over https only.", (cookies, value) => cookies with { Secure = value }, "as they came"),
            Option<CookieRewriteConfig>.Create(
                "http_only", new BooleanType(), "Whether cookies are hidden from scripts.", (cookies, value) => cookies with { HttpOnly = value }, "as they came"),
            Option<CookieRewriteConfig>.Create(
                "same_site", new WordType<string>(new("lax", "Lax"), new("strict", "Strict"), new("none", "None")),
                "Whether cookies come along with requests from other sites. `none` needs `secure` in browsers.",
                (cookies, value) => cookies with { SameSite = value }, "as they came"),
        ],
        _ => new CookieRewriteConfig());

    private static MapType<string, string, PrefixMapping> Map(string noun, ConfigType<string> from, ConfigType<string> to) =>
        new(noun, from, to, (key, _, value) => new PrefixMapping(key, value ?? ""));
}
