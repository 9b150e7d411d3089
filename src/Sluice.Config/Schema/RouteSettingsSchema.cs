using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Model.Tls;
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
            Setting("rewrite", RewriteSchema.Type, "What goes to a server instead of the path and query that came. Matching and the access log keep those.",
                (settings, value) => settings with { Rewrite = value }, "none"),
            Setting("rewrite_location", ResponseRewriteSchema.Location,
                "Whether URLs of the server's own become those that the client knows, in `Location`, `Content-Location` and `Refresh`; or beginnings of URLs and "
                + "what takes their place, which go before that.",
                (settings, value) => settings with { RewriteLocation = value, IsRewriteLocationSaid = true }, "`false`"),
            Setting("rewrite_cookies", ResponseRewriteSchema.Cookies, "Changes to the cookies that servers set.",
                (settings, value) => settings with { RewriteCookies = value }, "none"),
            Setting("methods", MethodForms, "The methods that requests may have; others get 405. `GET` means `HEAD`, too. `any` for every one.",
                (settings, value) => settings with { Methods = value }, "`any`"),
            Setting("client_certificate", ClientCertificate,
                "`required`: only for clients that have shown a certificate on a listener with `client_certificates`; others get 403.",
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
            Setting("mirror", MirrorSchema.Value, "Copies of requests go to another upstream, whose responses are thrown away. In short where to; `off` for none.",
                (settings, value) => settings with { Mirror = value }, "`off`"),
        ];
    }
}
