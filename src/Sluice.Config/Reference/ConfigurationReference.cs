using System.Text;
using Sluice.Config.Binding;
using Sluice.Config.Compilation;
using Sluice.Config.Model;
using Sluice.Config.Schema;
using Sluice.Config.Schema.Automation;
using Sluice.Config.Schema.Caching;
using Sluice.Config.Schema.Tls;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Config.Reference;

/// <summary>Writes docs/reference/configuration.md from the tables that the program itself reads by.</summary>
internal static class ConfigurationReference
{
    private const string Introduction = """
        # Configuration

        <!-- Generated from src/Sluice.Config/Schema; a test keeps it up to date. -->

        A configuration is a YAML file, or several; JSON is YAML, too. Unknown keys are errors. `sluice check FILE` names everything at once that
        can't be read, and then, when everything can, what doesn't go together; [diagnostics](diagnostics/README.md) has a page for each error and warning. Editors can use [sluice.schema.json](sluice.schema.json).
        [Split a configuration](../how-to/split-a-configuration.md) is about `include`, and about values from the environment and from files.

        ```yaml
        listen: ":8080"

        routes:
          - match: { host: shop.example.com, path: /api/* }
            proxy: api
          - match: /hello                     # in short: a path
            respond: "hello"                  # in short: a text, or a status
          - proxy: http://127.0.0.1:3000      # in short: a server; no match: everything else

        upstreams:
          api:
            balance: least_requests
            servers:
              - http://10.0.1.10:8080
              - { url: http://10.0.1.11:8080, weight: 5 }
        ```

        ## Placeholders

        In every value, alone or within a longer text. The result is read as if it were written there without quotes, and is never shown.

        | placeholder | stands for |
        |---|---|
        | `${env:NAME}` | the environment variable, which must be set |
        | `${env:NAME:-default}` | the same, or `default` where it isn't set or is empty |
        | `${file:PATH}` | the content of a file without its last line end; up to 64 KiB of UTF-8; relative to the file it stands in |
        | `$${` | a literal `${` |

        ## Types

        | type | written as |
        |---|---|
        | duration | a number and a unit: `ms`, `s`, `m`, `h`, `d`; or several, from large to small: `1m30s` |
        | size | a number and a unit: `B`, `KiB`, `MiB`, `GiB`, `TiB` (powers of 1024), `KB`, `MB`, `GB`, `TB` (powers of 1000) |
        | number | a whole number in decimal digits, without quotes |
        | boolean | `true` or `false`, without quotes |
        | name | letters, digits, `_`, `-` and `.`, up to 64, the first a letter or digit |
        | URL | of a server: `http://host:port` (without a port: 80), `https://host:port` (443), `unix:/path` or `srv+http://_service._tcp.name`; no path, query or credentials |
        | regular expression | in the syntax of .NET, without what needs backtracking (lookaround, backreferences, atomic groups); it has to match the whole text |
        | path | of a file or folder, relative to the file it stands in |
        | secret | a text that is never shown; best a placeholder: `${file:/run/secrets/key}` |
        | rate | a number and a duration: `10/1m` |
        | template | a text with [variables](#variables) in braces: `{client.ip}`; a brace itself is written twice: `{{`, `}}` |
        | address range | an IP address, or CIDR notation: `10.0.0.0/8`, `fd00::/8` |

        """;

    /// <summary>The whole page.</summary>
    internal static string Write()
    {
        var page = new StringBuilder(Introduction);
        Section(page, "Top level", ConfigSchema.Type);
        Section(page, "`listen`", ListenerSchema.Type);
        Section(page, "`tls` of a listener", ListenerTlsSchema.Type, "In short `auto`. [TLS](../how-to/tls.md) has examples.");
        Section(page, "`certificates` of a listener", CertificateSchema.OfListeners,
            "In short a path: of a file that holds certificate and key, or of a folder. Exactly one of `cert` and `folder`.");
        Section(page, "`client_certificates` of a listener", ClientCertificateSchema.Type,
            "In short the file of the authorities. [Client certificates](../how-to/client-certificates.md) has examples.");
        Section(page, "`routes`", RouteSchema.Type, "Each entry has exactly one of `proxy`, `respond`, `redirect` and `files`.");
        Section(page, "`match` of a route", MatchSchema.Type,
            "In short a path. A request has to fulfil every key that is given; of several values of one key one is enough. Which of several routes "
            + "goes first is told in [routing](../explanation/routing.md).");
        Section(page, "`host` and `path` of a match", PatternSchema.PathRegex, "A text, or a mapping with a regular expression, or a list of these.");
        Section(page, "`header`, `query` and `cookie` of a match", ValueSchema.Type,
            "Each name has a text, a list of texts of which one has to be the value, or a mapping with exactly one of these keys.");
        Section(
            page, "`proxy` of a route", ProxySchema.Type,
            "In short the name of an upstream, the URL of a server, or a list of URLs. In long form it has exactly one of `to`, `split` and `failover`.");
        Section(page, "`split` of a proxy", ProxySchema.Share, "A list; at least one weight is above 0.");
        Section(page, "`sticky` of a split", StickySchema.Type, "In short `cookie` or `client_ip`. In long form exactly one of these.");
        Section(page, "`cookie` of a sticky split", StickySchema.Cookie);
        Section(page, "`key` of a sticky split", StickySchema.Key, "In short `client_ip`. In long form exactly one of these.");
        Section(page, "`respond` of a route", RespondSchema.Type);
        Upstreams(page);
        Section(page, "`policies`", PolicySchema.Type, "A mapping of names to bundles of settings, each of which a route can have itself, too.");
        Section(page, "`defaults`", DefaultsSchema.Type, "What a route, a policy that it uses, or an upstream says itself goes before.");
        Section(page, "`limits` of a route", LimitsSchema.OfRoutes, "Those of the top level that make sense for a single route; what isn't given stays as it is there.");
        Answers(page);
        Section(page, "`rewrite` of a route", RewriteSchema.Type,
            "In the order of the keys. What comes out is made canonical and held to the route's `path_policy`; if it has dot segments or is no path because of "
            + "what the client sent, the request is refused with `rewrite_refused` (400).");
        Section(page, "`regex` of a rewrite", RewriteSchema.Regex, "One, or a list of them.");
        Section(page, "`query` of a rewrite", RewriteSchema.Query);
        Section(page, "`rewrite_cookies` of a route", ResponseRewriteSchema.Cookies);
        Section(page, "`path_policy` of a route", PathPolicySchema.Type,
            "`allow` lets such a request through, `reject` refuses it with 400, `report` lets it through and says so in the access log. "
            + "In short `strict` (reject all) or `default`. [Why](../explanation/path-policy.md).");
        Section(page, "`maintenance` of a route", MaintenanceSchema.Type, "At most one of `body` and `file`; without them it is an error page for the status, or plain words.");
        Section(page, "`cors` of a route", CorsSchema.Type);
        Section(page, "`origins` of cors", CorsSchema.OriginPattern, "One that is a pattern.");
        Section(page, "`error_pages` of a route", ErrorPagesSchema.Listed,
            "Exactly one of `body` and `file`. A single status goes before a class, and a route's pages before those of its policies and of `defaults`. "
            + "Of several pages for the same status the client gets the content type that it prefers (`Accept`), or else the first.");
        Section(page, "`request_headers` of a route", HeaderEditsSchema.Request,
            "`set` of `host` sends another `Host`. A set or removed `X-Forwarded-*`, `X-Real-IP` or `Forwarded` goes before what `forwarded` says.");
        Section(page, "`response_headers` of a route", HeaderEditsSchema.Response);
        Presets(page);
        WriteCaching(page);
        WriteCompression(page);
        WriteFailures(page);
        Section(page, "`limits`", LimitsSchema.Type, "The number behind a meaning is the status that clients see when the limit is hit.");
        Section(page, "`overload`", OverloadSchema.Type,
            "Percentages have to rise from key to key. A step ends 5 points below where it began. Connections and file descriptors bring about `reduce_timeouts`, `shrink` and "
            + "`close`; delay `shed` and `refuse`; memory all of them.");
        Section(page, "`forwarded`", ForwardedSchema.Type);
        Section(page, "`client_certificate` of forwarded", ClientIdentitySchema.Type, "In short `true` for `Client-Cert`.");
        Section(page, "`dns`", ResolutionSchema.Type, "For servers whose URLs have names. [Servers by name](../how-to/dns.md) has examples.");
        WriteAutomation(page);
        Section(page, "`shutdown`", ShutdownSchema.Type);
        Section(page, "`control`", ControlSchema.Type, "`off`, or where the socket is; see [the control API](control-api.md).");
        Variables(page);
        return page.ToString();
    }

    // How certificates are obtained.
    private static void WriteAutomation(StringBuilder page)
    {
        Section(page, "`certificates`", CertificatesSchema.Type, "For listeners with `tls: auto`. [Automatic certificates](../how-to/automatic-certificates.md) has examples.");
        Section(page, "`issuers` of certificates", IssuerSchema.Type, "In short the directory.");
        Section(page, "`eab` of an issuer", IssuerSchema.Account);
        Section(page, "`dns` of certificates", DnsSchema.Type, "Exactly one of them.");
        Section(page, "`update` of dns", DnsSchema.Update);
        Section(page, "`exec` of dns", DnsSchema.Exec, "In short the command.");
        Section(page, "`http` of dns", DnsSchema.Http, "In short the URL.");
        Section(page, "`on_demand` of certificates", CertificatesSchema.OnDemand);
    }

    // What of a route is stored, and where that of all routes is.
    private static void WriteCaching(StringBuilder page)
    {
        Section(page, "`cache` of a route", CacheSchema.Type, "In short `true` or `false`. [Caching](../how-to/caching.md) has examples.");
        Section(page, "`coalesce` of cache", CacheSchema.Coalesce, "In short `true` or `false`.");
        Section(page, "`cache`", CacheStoreSchema.Type, "One for all routes: what is stored is told apart by scheme, host and port in any case.");
        Section(page, "`disk` of cache", CacheStoreSchema.Disk, "In short its path.");
    }

    private static void WriteCompression(StringBuilder page)
    {
        Section(page, "`compress` of a route", CompressSchema.Type, "In short `true`, or the encodings. [Compression](../how-to/compression.md) has examples.");
        Section(page, "`level` of compress", CompressSchema.Level);
    }

    // What happens to requests that fail, and to copies of requests.
    private static void WriteFailures(StringBuilder page)
    {
        Section(page, "`retries` of a route", RetriesSchema.Type, "In short the number of attempts, or `off`. [Resilience](../how-to/resilience.md) has examples.");
        Section(page, "`backoff` of retries", RetriesSchema.Backoff);
        Section(page, "`budget` of retries", RetriesSchema.Budget);
        Section(page, "`body_replay` of retries", RetriesSchema.Replay);
        Section(page, "`fallback` of a route", FallbackSchema.Type, "In short where requests go. In long form exactly one of these.");
        Section(page, "`mirror` of a route", MirrorSchema.Type, "In short only where copies go, or `off`.");
        Section(page, "`faults` of a route", FaultSchema.Type, "[Resilience](../how-to/resilience.md) tells what they are for.");
        Section(page, "`delay` of faults", FaultSchema.Delay);
        Section(page, "`abort` of faults", FaultSchema.Abort);
    }

    private static void Section<T>(StringBuilder page, string title, ObjectType<T> type, string remark = "")
    {
        page.Append($"\n## {title}\n\n{(remark.Length > 0 ? remark + "\n\n" : "")}| key | type | default | meaning |\n|---|---|---|---|\n");
        foreach (Option<T> option in type.Options)
        {
            string byDefault = option.IsRequired ? "required" : option.Default;
            page.Append($"| `{option.Key}` | {Cell(option.Type)} | {Cell(byDefault)} | {Cell(option.Meaning)} |\n");
        }
    }

    private static void Upstreams(StringBuilder page)
    {
        Section(page, "`upstreams`", UpstreamSchema.Type, "A mapping of names to upstreams. In short a URL, or a list of servers.");
        Section(page, "`servers` of an upstream", UpstreamSchema.Server);
        Section(page, "`health_check` of an upstream", HealthCheckSchema.Type, "In short a path. How it works is told in [resilience](../how-to/resilience.md).");
        Section(page, "`expect` of a health check", HealthCheckSchema.Expectation, "In short a text, which is its `body`.");
        Section(page, "`body` of expect", HealthCheckSchema.Regex, "In short a text.");
        Section(page, "`outlier_detection` of an upstream", OutlierSchema.Type,
            "In short `true` or `false`. What all servers do alike takes none of them out: it has to fail twice as often as the better ones of its siblings, or stand out as "
            + "the keys say. [Resilience](../how-to/resilience.md) has examples.");
        Section(page, "`circuit_breaker` of an upstream", CircuitBreakerSchema.Type, "In short `true` or `false`. [Resilience](../how-to/resilience.md) has examples.");
        Section(page, "`latency` of a circuit breaker", CircuitBreakerSchema.Latency);
        Section(page, "`adaptive_concurrency` of an upstream", AdaptiveConcurrencySchema.Type, "In short `true` or `false`. [Overload](../how-to/overload.md) tells how it works.");
        Section(page, "`connections` of an upstream", PoolSchema.Type);
        Section(page, "`tls` of an upstream", UpstreamTlsSchema.Type, "For servers of `https`.");
        Section(page, "`client_certificate` of an upstream", CertificateSchema.OfUpstreams);
    }

    private static void Answers(StringBuilder page)
    {
        Section(page, "`redirect` of a route", RedirectSchema.Type);
        Section(page, "`files` of a route", FilesSchema.Type, "In short the folder. [Files](../how-to/files.md) has examples.");
    }

    private static void Presets(StringBuilder page)
    {
        page.Append("\n## `security_headers`\n\nA default is sent if the server doesn't send the header itself.\n\n");
        page.Append("| preset | header | |\n|---|---|---|\n");
        foreach (SecurityHeadersConfig preset in (SecurityHeadersConfig[])[SecurityHeadersConfig.Basic, SecurityHeadersConfig.Strict])
        {
            foreach (HeaderEdit edit in SecurityHeaders.Of(preset))
            {
                string value = edit.Values.Count == 0 ? "" : $" `{edit.Values[0].Text}`";
                string operation = edit.Operation.ToString().ToLowerInvariant();
                string condition = edit.HttpsOnly ? ", if the client came by https" : "";
                page.Append($"| `{preset.ToString().ToLowerInvariant()}` | `{edit.Name}` | {operation}{value}{condition} |\n");
            }
        }
    }

    private static void Variables(StringBuilder page)
    {
        page.Append("""

            ## Variables

            Those of templates. What is missing is empty. Values are encoded for the place they go to, so that none can become syntax there: in headers
            everything but visible ASCII is percent-encoded, in paths and queries also what has a meaning there, in HTML and JSON what ends a text.

            | variable | known | value |
            |---|---|---|

            """);
        foreach (TemplateVariableInfo info in TemplateVariables.All)
        {
            string name = info.Name.EndsWith('.') ? info.Name + "NAME" : info.Name;
            string known = info.Scope switch
            {
                TemplateScope.Request => "always",
                TemplateScope.Server => "once a server is picked",
                _ => "in responses",
            };
            page.Append($"| `{{{name}}}` | {known} | {Cell(info.Meaning)} |\n");
        }
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
