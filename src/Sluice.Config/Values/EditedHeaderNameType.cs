using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>The name of a header that a route may change.</summary>
/// <param name="refused">Names that can't be changed in this way, with what to do instead.</param>
internal sealed class EditedHeaderNameType(FrozenDictionary<string, string> refused) : ScalarType<string>
{
    private const string Framing = "Sluice sets it itself";

    // What says where a message ends, and what belongs to one connection (RFC 9110, section 7.6.1).
    private static readonly string[] Always =
    [
        "connection", "content-length", "http2-settings", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    ];

    private static readonly string[] AboutOrigin = ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-real-ip", "forwarded"];

    /// <summary>For <c>set</c> of requests.</summary>
    internal static EditedHeaderNameType RequestSet { get; } = Create(("expect", Framing));

    /// <summary>For <c>add</c> of requests.</summary>
    internal static EditedHeaderNameType RequestAdd { get; } = Create(("expect", Framing), ("host", "a request has one: use `set`"));

    /// <summary>For <c>default</c> of requests.</summary>
    internal static EditedHeaderNameType RequestDefault { get; } = Create(
        [("expect", Framing), ("host", "it is always there: use `set`"), .. AboutOrigin.Select(name => (name, "Sluice writes it itself: use `set` or `forwarded`"))]);

    /// <summary>For <c>remove</c> of requests.</summary>
    internal static EditedHeaderNameType RequestRemove { get; } = Create(("expect", Framing), ("host", "a request needs one: use `set`"));

    /// <summary>For requests of health checks.</summary>
    internal static EditedHeaderNameType Check { get; } = Create(("expect", Framing), ("host", "use `host` beside `headers`"));

    /// <summary>For everything of responses.</summary>
    internal static EditedHeaderNameType Response { get; } = Create(("date", Framing));

    internal override string Expected => "a header name";

    internal override string Name => "header name";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.AnyText("changed header name", """[!#$%&'+.^_`|~0-9A-Za-z-]+""");

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        value = scalar.Text;
        problem =
            value.Length is 0 or > 256 || !FieldNameType.IsToken(value) || value.Contains('*', StringComparison.Ordinal)
                ? new ValueProblem(DiagnosticCodes.InvalidHeader, $"`{value}` is not a header name", "letters, digits and `-`")
            : refused.TryGetValue(value, out string? hint)
                ? new ValueProblem(DiagnosticCodes.InvalidHeader, $"the header `{value}` can't be changed in this way", hint)
            : null;
        return problem is null;
    }

    private static EditedHeaderNameType Create(params IEnumerable<(string Name, string Hint)> more) =>
        new(Always.Select(name => (Name: name, Hint: Framing)).Concat(more).ToFrozenDictionary(row => row.Name, row => row.Hint, StringComparer.OrdinalIgnoreCase));
}
