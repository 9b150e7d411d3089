using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary><c>true</c> or <c>false</c> as in the core schema of YAML 1.2 (section 10.3.2), not the words of YAML 1.1.</summary>
internal sealed class BooleanType : ScalarType<bool>
{
    internal override string Expected => "`true` or `false`";

    internal override string Name => "boolean";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.Typed("boolean");

    protected override bool TryParse(ScalarNode scalar, out bool value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        value = scalar.Text is "true" or "True" or "TRUE";
        bool isBoolean = scalar.IsPlain && (value || scalar.Text is "false" or "False" or "FALSE");
        string? hint = scalar.Text.ToLowerInvariant() switch
        {
            "yes" or "on" => "write `true`",
            "no" or "off" => "write `false`",
            "true" or "false" => "write it without quotes",
            _ => null,
        };
        problem = isBoolean ? null : new ValueProblem(DiagnosticCodes.InvalidBoolean, $"`{scalar.Text}` is not `true` or `false`", hint);
        return isBoolean;
    }
}
