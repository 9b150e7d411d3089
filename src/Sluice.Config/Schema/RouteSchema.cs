using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;

namespace Sluice.Config.Schema;

/// <summary>An entry of <c>routes</c>.</summary>
internal static class RouteSchema
{
    private static readonly ConfigType<PolicyUseConfig> PolicyUse =
        new ConvertedType<string, PolicyUseConfig>(new NameType(), (name, place) => new PolicyUseConfig(name, place));

    internal static ObjectType<RouteConfig> Type { get; } = new(
        "route",
        [
            Option<RouteConfig>.Create(
                "match", MatchSchema.Value, "The requests it takes. In short a path.", (route, value) => route with { Match = value }, "every request"),
            Option<RouteConfig>.Create(
                "proxy", ProxySchema.Value, "Forward to an upstream by its name, to a server or a list of servers by URL, or split between several upstreams.",
                (route, value) => route with { Proxy = value }),
            Option<RouteConfig>.Create(
                "respond", RespondSchema.Value, "Answer with a fixed response. In short a status or a text.",
                (route, value) => route with { Respond = value }),
            Option<RouteConfig>.Create(
                "redirect", RedirectSchema.Value, "Send the client elsewhere. In short where to (308), or `https` for the same by https.",
                (route, value) => route with { Redirect = value }),
            Option<RouteConfig>.Create(
                "files", FilesSchema.Value, "Answer with files of a folder. In short the folder, relative to this file. [Files](../how-to/files.md) has examples.",
                (route, value) => route with { Files = value }),
            Option<RouteConfig>.Create(
                "fallback", FallbackSchema.Value,
                "What takes the place of an error of the proxy's own of 5xx, when retries and failover have not helped: an upstream or URL in short, or a [mapping](#fallback-of-a-route). "
                + "It goes before `error_pages`.",
                (route, value) => route with { Fallback = value }, "the error"),
            Option<RouteConfig>.Create(
                "name", new NameType(), "The name in logs; unique.", (route, value) => route with { Name = value }, "made from the match"),
            Option<RouteConfig>.Create(
                "priority", new IntegerType(-1_000_000, 1_000_000),
                "Routes of a higher priority go before all routes of a lower one, however specific those are.",
                (route, value) => route with { Priority = value }, "`0`"),
            Option<RouteConfig>.Create(
                "use", Forms.OneOrMany(PolicyUse),
                "Policies whose settings it takes. Its own settings go before theirs, a later policy before an earlier one, and all of them before `defaults`.",
                (route, value) => route with { Use = value }, "none"),
            .. RouteSettingsSchema.For<RouteConfig>(route => route.Settings, (route, settings) => route with { Settings = settings }),
        ],
        place => new RouteConfig { Location = place })
    {
        ExactlyOneOf = ["proxy", "respond", "redirect", "files"],
    };
}
