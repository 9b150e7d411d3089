using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>The status of an error, or <c>4xx</c> or <c>5xx</c>.</summary>
internal sealed class StatusRangeType : ScalarType<StatusRange>
{
    internal override string Expected => "a status such as `404` or `5xx`";

    internal override string Name => "status";

    internal override JsonObject DescribeSchema(SchemaWriter schema) =>
        SchemaWriter.AnyOf(schema.Integer(400, 599), schema.Text("status or class", "[45]([Xx]{2}|[0-9]{2})"));

    protected override bool TryParse(ScalarNode scalar, out StatusRange value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        string text = scalar.Text.ToLowerInvariant();
        value = default;
        problem = null;
        if (text is "4xx" or "5xx")
        {
            int first = (text[0] - '0') * 100;
            value = new StatusRange(first, first + 99);
            return true;
        }

        if (text.Length == 3 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int status) && status is >= 400 and <= 599)
        {
            value = new StatusRange(status, status);
            return true;
        }

        problem = new ValueProblem(DiagnosticCodes.InvalidErrorStatus, $"`{scalar.Text}` is not the status of an error", "400 to 599, `4xx` or `5xx`");
        return false;
    }
}
