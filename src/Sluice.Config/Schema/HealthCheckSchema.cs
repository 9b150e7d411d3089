using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Checks;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>health_check</c>. The defaults are those of <see cref="HealthCheckPlan"/>, as a test checks.</summary>
internal static class HealthCheckSchema
{
    private const int LastPort = 65_535;

    private static readonly DurationType Interval = new(10, 3_600_000);

    private static readonly ConfigType<IReadOnlyList<KeyValuePair<string, string>>> Fields = new MapType<string, string, KeyValuePair<string, string>>(
        "header name to text", EditedHeaderNameType.Check, new HeaderValueType(), (name, _, value) => KeyValuePair.Create(name, value ?? ""));

    /// <summary>The value of <c>body</c> that is no plain text.</summary>
    internal static ObjectType<ExpectedText> Regex { get; } = new(
        "expected text",
        [
            Option<ExpectedText>.Create(
                "regex", new RegexType(ExpectedText.Anywhere), "A regular expression that has to match anywhere in it.",
                (text, value) => text with { Text = value }, isRequired: true),
        ],
        _ => new ExpectedText("", IsRegex: true));

    /// <summary>The value of <c>expect</c> in its long form.</summary>
    internal static ObjectType<ExpectationConfig> Expectation { get; } = new(
        "expect",
        [
            Option<ExpectationConfig>.Create(
                "status", Forms.OneOrMany(new ExpectedStatusType()), "The statuses that are good: `200`, `200-299` or `2xx`, or a list of them. For `http`.",
                (expect, value) => expect with { Statuses = value }, "`200-399`"),
            Option<ExpectationConfig>.Create(
                "body", new FormsType<ExpectedText> { Scalar = Text, Mapping = Regex },
                "What has to occur in the first 64 KiB of the content, or of what a server says over TCP: a text, or a regular expression that doesn't backtrack.",
                (expect, value) => expect with { Text = value }, "nothing"),
        ],
        _ => new ExpectationConfig());

    /// <summary>The long form.</summary>
    internal static ObjectType<HealthCheckConfig> Type { get; } = new(
        "health check",
        [
            .. Subjects(),
            .. Timing(),
        ],
        place => new HealthCheckConfig { Location = place })
    {
        OtherNames = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["uri"] = "path",
            ["inter"] = "interval",
            ["fastinter"] = "fast_interval",
            ["passes"] = "rise",
            ["fails"] = "fall",
            ["healthy_threshold"] = "rise",
            ["unhealthy_threshold"] = "fall",
        },
    };

    /// <summary>The short and the long form.</summary>
    internal static ConfigType<HealthCheckConfig> Value { get; } = new FormsType<HealthCheckConfig>
    {
        Scalar = new ConvertedType<string, HealthCheckConfig>(
            new RequestTargetType(), (path, place) => new HealthCheckConfig { Location = place, Plan = new HealthCheckPlan { Path = path } }),
        Mapping = Type,
    };

    private static ConvertedType<string, ExpectedText> Text => new(new TextType(), (text, _) => new ExpectedText(text));

    private static IEnumerable<Option<HealthCheckConfig>> Subjects() =>
    [
        Option<HealthCheckConfig>.Create(
            "type", new WordType<CheckKind>(new("http", CheckKind.Http), new("tcp", CheckKind.Tcp), new("grpc", CheckKind.Grpc)),
            "`http` sends a request, `tcp` makes a connection, `grpc` asks `grpc.health.v1.Health`, over HTTP/2. TLS is as `tls` of the upstream says.",
            (check, value) => check with { Plan = check.Plan with { Kind = value } }, "`http`"),
        Option<HealthCheckConfig>.Create(
            "path", new RequestTargetType(), "What is asked for, with its query. For `http`.",
            (check, value) => check.With("path", check.Plan with { Path = value }), "`/`"),
        Option<HealthCheckConfig>.Create(
            "method", new MethodType(), "The method. For `http`.", (check, value) => check.With("method", check.Plan with { Method = value }), "`GET`"),
        Option<HealthCheckConfig>.Create(
            "host", new RequestHostType(), "The host that is asked for. For `http` and `grpc`.",
            (check, value) => check.With("host", check.Plan with { Host = value }), "the server's address"),
        Option<HealthCheckConfig>.Create(
            "headers", Fields, "Further headers of the request, or another `User-Agent` than `sluice-health-check`. For `http` and `grpc`.",
            (check, value) => check.With("headers", check.Plan with { Fields = [.. value] }), "none"),
        Option<HealthCheckConfig>.Create(
            "service", new TextType(), "The service that is asked about; without it the server as a whole. For `grpc`.",
            (check, value) => check.With("service", check.Plan with { Service = value }), "none"),
        Option<HealthCheckConfig>.Create(
            "port", new IntegerType(1, LastPort), "Another port of the same servers to check. Unix sockets have none.",
            (check, value) => check with { Plan = check.Plan with { Port = value } }, "that of the server"),
        Option<HealthCheckConfig>.Create(
            "send", new TextType(), "What is said once the connection is made. For `tcp`.",
            (check, value) => check.With("send", check.Plan with { Send = value }), "nothing"),
        Option<HealthCheckConfig>.Create(
            "expect", new FormsType<ExpectationConfig> { Scalar = new ConvertedType<ExpectedText, ExpectationConfig>(Text, (text, _) => new ExpectationConfig { Text = text }), Mapping = Expectation },
            "What the server has to answer: a text that occurs in it, or a mapping. For `http` and `tcp`.", Expecting),
    ];

    private static IEnumerable<Option<HealthCheckConfig>> Timing() =>
    [
        Option<HealthCheckConfig>.Create(
            "interval", Interval, "From the beginning of one check to that of the next, give or take a tenth.",
            (check, value) => check with { Plan = check.Plan with { IntervalMs = value } }, "`5s`"),
        Option<HealthCheckConfig>.Create(
            "fast_interval", Interval, "The same while a server is down, or its last check failed. `interval`, if that is shorter.",
            (check, value) => check with { Plan = check.Plan with { FastIntervalMs = value } }, "`1s`"),
        Option<HealthCheckConfig>.Create(
            "timeout", Interval, "How long a check may take, from the connection to the answer.",
            (check, value) => check with { Plan = check.Plan with { TimeoutMs = value } }, "`2s`"),
        Option<HealthCheckConfig>.Create(
            "rise", new IntegerType(1, 1_000), "As many checks in a row have to pass for a server that is down to be up.",
            (check, value) => check with { Plan = check.Plan with { Rise = value } }, "`2`"),
        Option<HealthCheckConfig>.Create(
            "fall", new IntegerType(1, 1_000), "As many checks in a row have to fail for a server that is up to be down.",
            (check, value) => check with { Plan = check.Plan with { Fall = value } }, "`3`"),
        Option<HealthCheckConfig>.Create(
            "initial", new WordType<bool>(new("up", false), new("down", true)),
            "What a server is taken to be that is new: `down` gives it no requests before its first check has passed.",
            (check, value) => check with { Plan = check.Plan with { StartsDown = value } }, "`up`"),
    ];

    private static HealthCheckConfig Expecting(HealthCheckConfig check, ExpectationConfig expect)
    {
        HealthCheckConfig with = check.With("expect", check.Plan with { Expected = expect.Text });
        return expect.Statuses is { } statuses ? with.With("status", with.Plan with { Statuses = [.. statuses] }) : with;
    }
}
