using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Model.Tls;
using Sluice.Config.Schema.Caching;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Schema;

/// <summary>The options that routes, policies and the defaults share.</summary>
internal static class RouteSettingsSchema
{
    private static readonly WordType<SecurityHeadersConfig> SecurityHeadersWord = new(
        new("strict", SecurityHeadersConfig.Strict), new("basic", SecurityHeadersConfig.Basic), new("off", SecurityHeadersConfig.Off));

    private static readonly ConfigType<ClientCertificateUseConfig> ClientCertificate = new ConvertedType<bool, ClientCertificateUseConfig>(
        new WordType<bool>(new("required", true), new("optional", false)), (value, place) => new ClientCertificateUseConfig(value, place));

    private static readonly WordType<PriorityClass> PriorityWord = new(
        new("low", PriorityClass.Low), new("normal", PriorityClass.Normal), new("high", PriorityClass.High), new("critical", PriorityClass.Critical));

    private static readonly ConfigType<GrpcWebConfig> GrpcWeb =
        new ConvertedType<bool, GrpcWebConfig>(new BooleanType(), (value, place) => new GrpcWebConfig(value, place));

    private static readonly ConfigType<IReadOnlyList<string>> MethodForms = new FormsType<IReadOnlyList<string>>
    {
        Scalar = new WordOrType<IReadOnlyList<string>>("any", [], new ConvertedType<string, IReadOnlyList<string>>(new MethodType(), (method, _) => [method])),
        Sequence = new ListType<string>(new MethodType()),
    };

    /// <summary>The options for a record that carries the settings.</summary>
    /// <param name="get">The settings of the record.</param>
    /// <param name="set">The record with other settings.</param>
    internal static Option<TOwner>[] For<TOwner>(Func<TOwner, RouteSettingsConfig> get, Func<TOwner, RouteSettingsConfig, TOwner> set)
    {
        Option<TOwner> Setting<TValue>(
            string key, ConfigType<TValue> type, string meaning, Func<RouteSettingsConfig, TValue, RouteSettingsConfig> with, string byDefault = "") =>
            Option<TOwner>.Create(key, type, meaning, (owner, value) => set(owner, with(get(owner), value)), byDefault);

        return
        [
            Setting("limits", new ChangesType<ProxyLimits>(LimitsSchema.OfRoutes), "Limits and timeouts for its requests, instead of those of the top level.",
                (settings, value) => settings with { Limits = value }),
            Setting("priority_class", PriorityWord, "Whose requests are turned away first under [overload](#overload): `low`, `normal`, `high`, or `critical`, which never are.",
                (settings, value) => settings with { PriorityClass = value }, "`normal`"),
            Setting("rewrite", RewriteSchema.Type, "What goes to a server instead of the path and query that came, or by which path a file is looked for. Matching and the access log keep those.",
                (settings, value) => settings with { Rewrite = value }, "none"),
            Setting("rewrite_location", ResponseRewriteSchema.Location,
                "Whether URLs of the server's own become those that the client knows, in `Location`, `Content-Location` and `Refresh`; or beginnings of URLs and "
                + "what takes their place, which go before that.",
                (settings, value) => settings with { RewriteLocation = value, IsRewriteLocationSaid = true }, "`false`"),
            Setting("rewrite_cookies", ResponseRewriteSchema.Cookies, "Changes to the cookies that servers set.",
                (settings, value) => settings with { RewriteCookies = value }, "none"),
            Setting("methods", MethodForms, "The methods that requests may have; others get 405. `GET` means `HEAD`, too. `any` for every one.",
                (settings, value) => settings with { Methods = value }, "`any`"),
            Setting("client_certificate", ClientCertificate, "`required`: only for clients that have shown a certificate on a listener with `client_certificates`; others get 403.",
                (settings, value) => settings with { ClientCertificate = value }, "`optional`"),
            Setting("early_data", new BooleanType(),
                "Whether requests of safe methods are taken in early data (0-RTT), which somebody may have recorded and sent again; they say `Early-Data: 1` to servers. "
                + "Others get 425 (RFC 8470).",
                (settings, value) => settings with { EarlyData = value }, "`false`"),
            Setting("path_policy", PathPolicySchema.Value,
                "What happens to requests whose [path](#path_policy-of-a-route) has something that servers disagree on. `strict` refuses all of it.",
                (settings, value) => settings with { PathPolicy = value }, "`default`"),
            Setting("maintenance", MaintenanceSchema.Value, "Answer every request with 503 for the time being. In short `true`.",
                (settings, value) => settings with { Maintenance = value }, "`false`"),
            Setting("faults", FaultSchema.Value, "Delays and errors on purpose, to test one's own clients with; `off` for none.",
                (settings, value) => settings with { Faults = value }, "`off`"),
            Setting("cors", CorsSchema.Value,
                "Which pages of other origins may use it from within a browser. In short an origin, a list of them, or `\"*\"`. What servers say of it is replaced.",
                (settings, value) => settings with { Cors = value }, "`off`: left to the servers"),
            Setting("error_pages", ErrorPagesSchema.Value,
                "What is sent in place of errors: a mapping of statuses (`404`, `5xx`) to texts or [pages](#error_pages-of-a-route), or a list of pages. "
                + "In `defaults` also for requests without a route.",
                (settings, value) => settings with { ErrorPages = value }, "plain words"),
            Setting("request_headers", HeaderEditsSchema.Request, "Changes to the headers of requests on their way to a server, header by header.",
                (settings, value) => settings with { RequestHeaders = value }),
            Setting("response_headers", HeaderEditsSchema.Response,
                "Changes to the headers of responses, header by header: those of servers, fixed ones, redirects and errors.",
                (settings, value) => settings with { ResponseHeaders = value }),
            Setting("security_headers", SecurityHeadersWord,
                "Ready-made [response headers](#security_headers) against attacks on browsers. What `response_headers` says about a header goes before.",
                (settings, value) => settings with { SecurityHeaders = value }, "`off`"),
            Setting("grpc_web", GrpcWeb,
                "Whether calls in gRPC-Web, as browsers make them, go to the servers in gRPC. Otherwise they go on as they are, for servers that speak it themselves.",
                (settings, value) => settings with { GrpcWeb = value }, "`false`"),
            Setting("compress", CompressSchema.Value,
                "Whether responses of servers are compressed for clients that take it; in short `true`, or a list of encodings. What is compressed already, small, or no text is left as it is.",
                (settings, value) => settings with { Compress = value }, "`false`"),
            Setting("decompress", new BooleanType(),
                "Whether content that a server compressed with gzip, brotli or zstd is decompressed for clients that don't take that.",
                (settings, value) => settings with { Decompress = value }, "`false`"),
            Setting("retries", RetriesSchema.Value,
                "When a request is sent to a server [once more](#retries-of-a-route). In short the number of attempts besides the first, or `off`. What a route or its policies say goes before "
                + "what their upstream says, which goes before `defaults`.",
                (settings, value) => settings with { Retries = value }, "harmless ones, to other servers"),
            Setting("cache", CacheSchema.Value,
                "Whether responses are [stored](#cache-of-a-route) and sent again (RFC 9111). A mapping is merged key by key. [Caching](../how-to/caching.md) has examples.",
                (settings, value) => settings with { Cache = value }, "`false`"),
            Setting("mirror", MirrorSchema.Value, "Copies of requests go to another upstream, whose responses are thrown away. In short where to; `off` for none.",
                (settings, value) => settings with { Mirror = value }, "`off`"),
        ];
    }
}
