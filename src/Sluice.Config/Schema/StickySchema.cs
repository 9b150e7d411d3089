using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>sticky</c> of a split.</summary>
internal static class StickySchema
{
    // Browsers cut off longer ages: RFC 6265bis, section 5.5.
    private const int AgeMaxSeconds = 400 * 86_400;

    private static readonly StickyKeyPlan ByAddress = new(StickyKeySource.ClientAddress, "");

    internal static ObjectType<StickyCookiePlan> Cookie { get; } = CookieOf("cookie", new StickyCookiePlan());

    internal static ObjectType<StickyKeyPlan> Key { get; } = new(
        "key",
        [
            Option<StickyKeyPlan>.Create(
                "header", new FieldNameType("header"), "A request header.", (_, value) => new StickyKeyPlan(StickyKeySource.Header, value)),
            Option<StickyKeyPlan>.Create(
                "cookie", new FieldNameType("cookie"), "A cookie of the application's.", (_, value) => new StickyKeyPlan(StickyKeySource.Cookie, value)),
            Option<StickyKeyPlan>.Create(
                "query", new ParameterNameType(), "A query parameter: the first of that name, which is compared decoded.", (_, value) => new StickyKeyPlan(StickyKeySource.Query, value)),
        ],
        _ => ByAddress)
    {
        ExactlyOneOf = ["header", "cookie", "query"],
    };

    private static readonly HashKeyType KeyForms = new(new WordType<StickyKeyPlan>(new Word<StickyKeyPlan>("client_ip", ByAddress)), Key);

    /// <summary>The long form.</summary>
    internal static ObjectType<StickyConfig> Type { get; } = new(
        "sticky choice",
        [
            Option<StickyConfig>.Create("cookie", Cookie, "In a cookie of Sluice's.", (sticky, value) => sticky with { Plan = value }),
            Option<StickyConfig>.Create(
                "key", KeyForms,
                "By a value of the request, whose hash decides: `client_ip`, or `{ header: NAME }`, `{ cookie: NAME }`, `{ query: NAME }`, or a text with "
                + "[variables](#variables) such as `\"{header.x-tenant}/{path.1}\"`. Without a value - of a text: without one for any of its variables - at random.",
                (sticky, value) => sticky with { Plan = value }),
        ],
        place => new StickyConfig { Location = place })
    {
        ExactlyOneOf = ["cookie", "key"],
    };

    /// <summary>The short and the long form.</summary>
    internal static ConfigType<StickyConfig> Value { get; } = new FormsType<StickyConfig>
    {
        Scalar = new ConvertedType<StickyPlan, StickyConfig>(
            new WordType<StickyPlan>(new("cookie", new StickyCookiePlan()), new("client_ip", ByAddress)),
            (plan, place) => new StickyConfig { Plan = plan, Location = place }),
        Mapping = Type,
    };

    /// <summary>A cookie of Sluice's.</summary>
    /// <param name="thing">What it is called in the schema.</param>
    /// <param name="byDefault">What it is where nothing is said.</param>
    internal static ObjectType<StickyCookiePlan> CookieOf(string thing, StickyCookiePlan byDefault) => new(
        thing,
        [
            Option<StickyCookiePlan>.Create(
                "name", new FieldNameType("cookie"), "Its name.", (cookie, value) => cookie with { Name = value }, $"`{byDefault.Name}`"),
            Option<StickyCookiePlan>.Create(
                "max_age", new AgeType(1, AgeMaxSeconds), "How long clients keep it.",
                (cookie, value) => cookie with { MaxAgeSeconds = value }, "until the browser is closed"),
            Option<StickyCookiePlan>.Create(
                "path", new CookiePathType(), "The paths it is sent for.", (cookie, value) => cookie with { Path = value }, "`/`"),
            Option<StickyCookiePlan>.Create(
                "secure", new BooleanType(), "Whether it is sent over HTTPS only.", (cookie, value) => cookie with { Secure = value }, "`false`"),
            Option<StickyCookiePlan>.Create(
                "http_only", new BooleanType(), "Whether scripts can't read it.", (cookie, value) => cookie with { HttpOnly = value }, "`true`"),
            Option<StickyCookiePlan>.Create(
                "same_site",
                new WordType<SameSitePolicy>(new("lax", SameSitePolicy.Lax), new("strict", SameSitePolicy.Strict), new("none", SameSitePolicy.None)),
                "Whether it goes with requests that begin at other sites: `lax` with links that are followed, `strict` never, `none` always.",
                (cookie, value) => cookie with { SameSite = value }, "`lax`"),
        ],
        _ => byDefault);
}
