using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Checks;

namespace Sluice.Config.Values;

/// <summary>Statuses that a server may answer with: <c>200</c>, <c>200-299</c> or <c>2xx</c>.</summary>
internal sealed class ExpectedStatusType : ScalarType<StatusSpan>
{
    private const int Lowest = 200;
    private const int Highest = 599;

    internal override string Expected => "a status such as `200` or `200-299`";

    internal override string Name => "status or range";

    internal override JsonObject DescribeSchema(SchemaWriter schema) =>
        SchemaWriter.AnyOf(schema.Integer(Lowest, Highest), schema.Text("expected status", "[2-5]([Xx]{2}|[0-9]{2})(-[2-5][0-9]{2})?"));

    protected override bool TryParse(ScalarNode scalar, out StatusSpan value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        bool isValid = TryParse(scalar.Text.ToLowerInvariant(), out value);
        problem = isValid ? null : new ValueProblem(DiagnosticCodes.InvalidExpectedStatus, $"`{scalar.Text}` is not a status to expect", "such as `200`, `200-299` or `2xx`");
        return isValid;
    }

    /// <summary>Reads them; letters are small.</summary>
    internal static bool TryParse(string text, out StatusSpan value)
    {
        value = default;
        if (text is ['2' or '3' or '4' or '5', 'x', 'x'])
        {
            int first = (text[0] - '0') * 100;
            value = new StatusSpan(first, first + 99);
            return true;
        }

        string[] parts = text.Split('-');
        if (parts.Length > 2 || !TryParseOne(parts[0], out int from) || !TryParseOne(parts[^1], out int to) || to < from)
        {
            return false;
        }

        value = new StatusSpan(from, to);
        return true;
    }

    private static bool TryParseOne(string text, out int status) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out status) && text.Length == 3 && status is >= Lowest and <= Highest;
}
