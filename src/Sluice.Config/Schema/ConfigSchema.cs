using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Schema.Automation;
using Sluice.Config.Schema.Caching;
using Sluice.Config.Values;
using Sluice.Http.Addresses;

namespace Sluice.Config.Schema;

/// <summary>The top level of a configuration.</summary>
internal static class ConfigSchema
{
    private static readonly ConfigType<TrustedProxyConfig> TrustedProxy =
        new ConvertedType<IpRange, TrustedProxyConfig>(new AddressRangeType(), (range, place) => new TrustedProxyConfig(range, place));

    internal static ObjectType<SluiceConfig> Type { get; } = new(
        "configuration",
        [
            // Done when files are read; here for messages and the reference.
            Option<SluiceConfig>.Create(
                "include", Forms.OneOrMany(new TextType()),
                "More files, relative to this one: names, or patterns with `*` and `?` such as `conf.d/*.yaml`, in the order of their names. "
                + "`listen` and `routes` of all files are joined, `upstreams` and `policies` put together; anything else can be in one file only.",
                (config, _) => config, "none"),
            Option<SluiceConfig>.Create(
                "listen", Forms.OneOrMany(ListenerSchema.Value), "The addresses to listen on.",
                (config, value) => config with { Listeners = value }, isRequired: true),
            Option<SluiceConfig>.Create(
                "routes", new ListType<RouteConfig>(RouteSchema.Type),
                "What happens to which requests. The most specific match wins, and among equals the first.",
                (config, value) => config with { Routes = value }, isRequired: true),
            Option<SluiceConfig>.Create(
                "upstreams", UpstreamSchema.Map, "Groups of servers by name, for `proxy`.", (config, value) => config with { Upstreams = value }),
            Option<SluiceConfig>.Create(
                "policies", PolicySchema.Map, "Named bundles of settings that routes take with `use`.",
                (config, value) => config with { Policies = value }),
            Option<SluiceConfig>.Create(
                "defaults", DefaultsSchema.Type, "What holds for every route and upstream that doesn't say otherwise.",
                (config, value) => config with { Defaults = value }),
            Option<SluiceConfig>.Create(
                "limits", LimitsSchema.Type, "Limits and timeouts.", (config, value) => config with { Limits = value }),
            Option<SluiceConfig>.Create(
                "overload", OverloadSchema.Value,
                "At how much of its connections, file descriptors, memory and time the proxy begins to protect itself, in percent, step by step; `off` for never. "
                + "See [Stay up under overload](../how-to/overload.md).",
                (config, value) => config with { Overload = value }),
            Option<SluiceConfig>.Create(
                "cache", CacheStoreSchema.Type, "Where [responses](#cache) are kept, for routes with `cache`.", (config, value) => config with { Cache = value }),
            Option<SluiceConfig>.Create(
                "trusted_proxies", Forms.OneOrMany(TrustedProxy),
                "Proxies in front of this one. Only what they say in `X-Forwarded-*` and `Forwarded` is believed, read right to left.",
                (config, value) => config with { TrustedProxies = value }, "none"),
            Option<SluiceConfig>.Create(
                "forwarded", ForwardedSchema.Type, "The headers that tell servers about clients.", (config, value) => config with { Forwarded = value }),
            Option<SluiceConfig>.Create(
                "dns", ResolutionSchema.Type, "How the names of servers are resolved.", (config, value) => config with { Dns = value }),
            Option<SluiceConfig>.Create(
                "certificates", CertificatesSchema.Type, "How certificates are obtained for listeners with `tls: auto`.",
                (config, value) => config with { Certificates = value }),
            Option<SluiceConfig>.Create(
                "access_log", new WordType<bool>(new("stdout", true), new("off", false)), "Where a line of JSON for each request goes.",
                (config, value) => config with { AccessLog = value }, "`stdout`"),
            Option<SluiceConfig>.Create(
                "workers", new IntegerType(1, 1_024, wordForZero: "auto"),
                "Event-loop threads, 1 to 1024; `auto` is one for each core that the process may use.",
                (config, value) => config with { Workers = value }, "`auto`"),
            Option<SluiceConfig>.Create(
                "shutdown", ShutdownSchema.Type, "How the program ends.", (config, value) => config with { Shutdown = value }),
            Option<SluiceConfig>.Create(
                "watch", new BooleanType(), "Whether to reload when one of the configuration's files changes.",
                (config, value) => config with { Watch = value }, "`false`"),
            Option<SluiceConfig>.Create(
                "control", ControlSchema.Value, "The socket that `sluice reload`, `status` and other commands talk to; `off` is none.",
                (config, value) => config with { Control = value }),
        ],
        _ => new SluiceConfig())
    {
        CompletedBy = "include",
    };
}
