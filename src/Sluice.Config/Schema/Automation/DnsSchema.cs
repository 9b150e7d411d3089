using Sluice.Certificates.Dns;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model.Automation;
using Sluice.Config.Values;

namespace Sluice.Config.Schema.Automation;

/// <summary>The value of <c>dns</c>. The defaults are those of the options' records, as a test checks.</summary>
internal static class DnsSchema
{
    private const int HourMs = 3_600_000;

    private static readonly TextType Text = new();
    private static readonly SecretType Secret = new();
    private static readonly DurationType Wait = new(0, HourMs);
    private static readonly DurationType Limit = new(1_000, HourMs);
    private static readonly ConfigType<IReadOnlyList<string>> Texts = Forms.OneOrMany(Text);

    internal static ObjectType<DynamicUpdateOptions> Update { get; } = new(
        "dns update",
        [
            Option<DynamicUpdateOptions>.Create(
                "server", Text, "The primary server of the zone: a name or address, with a port if it isn't 53.",
                (update, value) => update with { Server = value }, isRequired: true),
            Option<DynamicUpdateOptions>.Create(
                "zone", Text, "The zone.", (update, value) => update with { Zone = value }, "found by asking the server"),
            Option<DynamicUpdateOptions>.Create(
                "key_name", Text, "What the server calls the key.", (update, value) => update with { KeyName = value }, isRequired: true),
            Option<DynamicUpdateOptions>.Create(
                "algorithm", new WordType<string>(new("hmac-sha256", "hmac-sha256"), new("hmac-sha384", "hmac-sha384"), new("hmac-sha512", "hmac-sha512")),
                "How updates are signed (RFC 8945).", (update, value) => update with { KeyAlgorithm = value }, "`hmac-sha256`"),
            Option<DynamicUpdateOptions>.Create(
                "secret", Secret, "The key in base64; best from a file: `${file:/run/secrets/tsig}`. Never shown.",
                (update, value) => update with { Secret = value }, isRequired: true),
            Option<DynamicUpdateOptions>.Create(
                "ttl", new DurationType(0, 24 * HourMs), "How long resolvers may keep the record.",
                (update, value) => update with { Ttl = TimeSpan.FromMilliseconds(value) }, "`1m`"),
            Option<DynamicUpdateOptions>.Create(
                "propagation_timeout", Limit, "How long to wait at most until the record is visible at the servers of the zone.",
                (update, value) => update with { PropagationTimeout = TimeSpan.FromMilliseconds(value) }, "`2m`"),
            Option<DynamicUpdateOptions>.Create(
                "check_servers", Texts, "Servers that have to show the record, with a port if it isn't 53.",
                (update, value) => update with { CheckServers = value }, "those that the zone names"),
            Option<DynamicUpdateOptions>.Create(
                "resolvers", Texts, "Whom to ask for aliases (CNAME) in other zones.", (update, value) => update with { Resolvers = value }, "those of the system"),
        ],
        _ => new DynamicUpdateOptions { Server = "", KeyName = "", Secret = "" });

    private static readonly Option<ExecOptions>[] ExecWait = WaitOptions<ExecOptions>(exec => exec.Wait, (exec, wait) => exec with { Wait = wait });

    private static readonly ConfigType<ExecOptions> Program = new ConvertedType<string, ExecOptions>(
        Text, (path, place) => new ExecOptions { Program = FullPath(path, place) });

    internal static ObjectType<ExecOptions> Exec { get; } = new(
        "dns program",
        [
            Option<ExecOptions>.Create(
                "command", Program, "The program: a path, relative to the file it stands in. It is called as `PROGRAM [ARGUMENTS] present|cleanup NAME VALUE`.",
                (exec, value) => exec with { Program = value.Program }, isRequired: true),
            Option<ExecOptions>.Create("arguments", Texts, "What stands before its three arguments.", (exec, value) => exec with { Arguments = value }, "none"),
            Option<ExecOptions>.Create(
                "environment",
                new MapType<string, string, KeyValuePair<string, string>>("name to secret", Text, Secret, (name, _, value) => KeyValuePair.Create(name, value ?? "")),
                "Variables for it, such as credentials. Never shown.",
                (exec, value) => exec with { Environment = new Dictionary<string, string>(value) }, "that of Sluice"),
            Option<ExecOptions>.Create(
                "timeout", Limit, "When a call is ended.", (exec, value) => exec with { TimeLimit = TimeSpan.FromMilliseconds(value) }, "`1m`"),
            .. ExecWait,
        ],
        _ => new ExecOptions { Program = "" });

    internal static ObjectType<HttpHookOptions> Http { get; } = new(
        "dns service",
        [
            Option<HttpHookOptions>.Create(
                "url", new HttpUrlType(), "Where it is; `/present` and `/cleanup` are added. It gets `{\"fqdn\": NAME, \"value\": VALUE}` by `POST`.",
                (http, value) => http with { Url = value }, isRequired: true),
            Option<HttpHookOptions>.Create(
                "token", Secret, "Sent as `Authorization: Bearer`. Never shown.", (http, value) => http with { BearerToken = value }, "none"),
            Option<HttpHookOptions>.Create("user", Text, "The user of `Authorization: Basic`.", (http, value) => http with { UserName = value }, "none"),
            Option<HttpHookOptions>.Create("password", Secret, "The password that belongs to it. Never shown.", (http, value) => http with { Password = value }, "none"),
            Option<HttpHookOptions>.Create(
                "timeout", Limit, "When a call is given up.", (http, value) => http with { TimeLimit = TimeSpan.FromMilliseconds(value) }, "`1m`"),
            .. WaitOptions<HttpHookOptions>(http => http.Wait, (http, wait) => http with { Wait = wait }),
        ],
        _ => new HttpHookOptions { Url = new Uri("http://127.0.0.1/") });

    internal static ObjectType<DnsConfig> Type { get; } = new(
        "dns",
        [
            Option<DnsConfig>.Create("update", Update, "A name server, by dynamic updates (RFC 2136).", (dns, value) => dns with { Update = value }),
            Option<DnsConfig>.Create(
                "exec", new FormsType<ExecOptions> { Scalar = Program, Mapping = Exec }, "A program, as for lego's `exec` provider. In short its path.",
                (dns, value) => dns with { Exec = value }),
            Option<DnsConfig>.Create(
                "http",
                new FormsType<HttpHookOptions>
                {
                    Scalar = new ConvertedType<Uri, HttpHookOptions>(new HttpUrlType(), (url, _) => new HttpHookOptions { Url = url }),
                    Mapping = Http,
                },
                "A service, as for lego's `httpreq` provider. In short its URL.",
                (dns, value) => dns with { Http = value }),
        ],
        place => new DnsConfig { Location = place })
    {
        ExactlyOneOf = ["update", "exec", "http"],
    };

    private static Option<TOwner>[] WaitOptions<TOwner>(Func<TOwner, HookWait> get, Func<TOwner, HookWait, TOwner> set) =>
    [
        Option<TOwner>.Create(
            "propagation_delay", Wait, "How long to wait afterwards in any case.",
            (owner, value) => set(owner, get(owner) with { Delay = TimeSpan.FromMilliseconds(value) }), "`0s`"),
        Option<TOwner>.Create(
            "check_servers", Texts, "Name servers that have to show the record then, with a port if it isn't 53.",
            (owner, value) => set(owner, get(owner) with { Servers = value }), "none"),
        Option<TOwner>.Create(
            "propagation_timeout", Limit, "How long to wait for them at most.",
            (owner, value) => set(owner, get(owner) with { Timeout = TimeSpan.FromMilliseconds(value) }), "`2m`"),
    ];

    private static string FullPath(string path, SourceLocation place) =>
        Path.GetFullPath(path.Replace('\0', ' '), place.Source.Folder ?? Environment.CurrentDirectory);
}
