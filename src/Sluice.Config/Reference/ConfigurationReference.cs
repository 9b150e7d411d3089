using System.Text;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Schema;

namespace Sluice.Config.Reference;

/// <summary>Writes docs/reference/configuration.md from the tables that the program itself reads by.</summary>
internal static class ConfigurationReference
{
    private const string Introduction = """
        # Configuration

        <!-- Generated from src/Sluice.Config/Schema and DiagnosticCodes; a test keeps it up to date. -->

        A configuration is one YAML file; JSON is YAML, too. Unknown keys are errors. `sluice check FILE` names everything that is wrong at once.

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

        ## Types

        | type | written as |
        |---|---|
        | duration | a number and a unit: `ms`, `s`, `m`, `h`, `d`; or several, from large to small: `1m30s` |
        | size | a number and a unit: `B`, `KiB`, `MiB`, `GiB`, `TiB` (powers of 1024), `KB`, `MB`, `GB`, `TB` (powers of 1000) |
        | number | a whole number in decimal digits, without quotes |
        | boolean | `true` or `false`, without quotes |
        | name | letters, digits, `_`, `-` and `.`, up to 64, the first a letter or digit |
        | URL | of a server: `http://host:port` (without a port: 80) or `unix:/path`; no path, query or credentials |
        | address range | an IP address, or CIDR notation: `10.0.0.0/8`, `fd00::/8` |

        """;

    /// <summary>The whole page.</summary>
    internal static string Write()
    {
        var page = new StringBuilder(Introduction);
        Section(page, "Top level", ConfigSchema.Type);
        Section(page, "`listen`", ListenerSchema.Type);
        Section(page, "`routes`", RouteSchema.Type, "Each entry has exactly one of `proxy` and `respond`.");
        Section(page, "`match` of a route", RouteSchema.Match, "A request must fit one of the hosts and one of the paths.");
        Section(page, "`respond` of a route", RespondSchema.Type);
        Section(page, "`upstreams`", UpstreamSchema.Type, "A mapping of names to upstreams. In short a URL, or a list of servers.");
        Section(page, "`servers` of an upstream", UpstreamSchema.Server);
        Section(page, "`connections` of an upstream", PoolSchema.Type);
        Section(page, "`policies`", PolicySchema.Type, "A mapping of names to bundles of settings, each of which a route can have itself, too.");
        Section(page, "`defaults`", DefaultsSchema.Type, "What a route, a policy that it uses, or an upstream says itself goes before.");
        Section(page, "`limits` of a route", LimitsSchema.OfRoutes, "Those of the top level that make sense for a single route; what isn't given stays as it is there.");
        Section(page, "`limits`", LimitsSchema.Type, "The number behind a meaning is the status that clients see when the limit is hit.");
        Section(page, "`forwarded`", ForwardedSchema.Type);
        Section(page, "`shutdown`", ShutdownSchema.Type);
        Codes(page);
        return page.ToString();
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

    private static void Codes(StringBuilder page)
    {
        page.Append("\n## Errors and warnings\n\n| code | | what it is | what to do |\n|---|---|---|---|\n");
        foreach (DiagnosticCode code in DiagnosticCodes.All)
        {
            string severity = code.Severity == DiagnosticSeverity.Error ? "error" : "warning";
            page.Append($"| {code.Id} | {severity} | {Cell(code.Title)} | {Cell(code.Explanation)} |\n");
        }
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
