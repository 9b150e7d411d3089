using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Values;

/// <summary><c>true</c> or <c>false</c>, or <c>prior_knowledge</c>, as RFC 9113, section 3.3, calls speaking HTTP/2 without asking.</summary>
internal sealed class Http2ModeType : ScalarType<Http2Mode>
{
    private const string PriorKnowledge = "prior_knowledge";

    private static readonly string[] Words = ["true", "false", PriorKnowledge];

    internal override string Expected => "`true`, `false` or `prior_knowledge`";

    internal override string Name => "boolean or `prior_knowledge`";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => SchemaWriter.AnyOf(schema.Typed("boolean"), schema.Words([PriorKnowledge]));

    protected override bool TryParse(ScalarNode scalar, out Http2Mode value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        bool isOn = scalar.Text is "true" or "True" or "TRUE";
        bool isBoolean = scalar.IsPlain && (isOn || scalar.Text is "false" or "False" or "FALSE");
        bool isPriorKnowledge = scalar.Text == PriorKnowledge;
        value = isPriorKnowledge ? Http2Mode.PriorKnowledge : isOn ? Http2Mode.Negotiated : Http2Mode.Off;
        problem = isBoolean || isPriorKnowledge ? null
            : new ValueProblem(DiagnosticCodes.UnknownWord, $"unknown word `{scalar.Text}`", HintFor(scalar.Text)) { ValidHere = Words };
        return problem is null;
    }

    private static string? HintFor(string text) => text.ToLowerInvariant() switch
    {
        "yes" or "on" => "write `true`",
        "no" or "off" => "write `false`",
        "true" or "false" => "write it without quotes",
        "h2c" or "cleartext" => "for HTTP/2 without TLS: `prior_knowledge`",
        "h2" => "for HTTP/2 by ALPN: `true`",
        _ => NearestWord.Find(text, Words) is { } nearest ? $"did you mean `{nearest}`?" : null,
    };
}
