using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Values;

/// <summary>Statuses of responses that may be stored: <c>200</c>, <c>300-302</c>, <c>5xx</c>, or <c>any</c>.</summary>
internal sealed class CacheStatusType : ScalarType<StatusSpan>
{
    /// <summary>All of them.</summary>
    internal static readonly StatusSpan Any = new(200, 599);

    internal override string Expected => "a status such as `200` or `any`";

    internal override string Name => "status, range or `any`";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => SchemaWriter.AnyOf(
        schema.Integer(Any.From, Any.To), schema.Text("status to store", "any|[2-5]([Xx]{2}|[0-9]{2})(-[2-5][0-9]{2})?"));

    protected override bool TryParse(ScalarNode scalar, out StatusSpan value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        value = Any;
        bool isValid = scalar.Text == "any" || ExpectedStatusType.TryParse(scalar.Text.ToLowerInvariant(), out value);
        problem = isValid ? null : new ValueProblem(
            DiagnosticCodes.InvalidExpectedStatus, $"`{scalar.Text}` is not a status that can be stored", "such as `200`, `300-302`, `5xx` or `any`");
        return isValid;
    }
}
