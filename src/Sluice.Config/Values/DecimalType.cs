using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>A number with up to two decimals, read as hundredths.</summary>
/// <param name="max">The largest allowed; the smallest is 0.</param>
internal sealed class DecimalType(int max) : ScalarType<int>
{
    internal override string Expected => "a number such as `1.5`";

    internal override string Name => "number";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.OrPlaceholder(new JsonObject { ["type"] = "number", ["minimum"] = 0, ["maximum"] = max });

    protected override bool TryParse(ScalarNode scalar, out int value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        value = 0;
        bool isNumber = decimal.TryParse(scalar.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
            && scalar.IsPlain && char.IsAsciiDigit(scalar.Text[0]) && decimal.IsInteger(number * 100);
        if (!isNumber)
        {
            problem = new ValueProblem(DiagnosticCodes.InvalidNumber, $"`{scalar.Text}` is not a number", $"0 to {max}, with up to two decimals");
            return false;
        }

        problem = number <= max ? null : new ValueProblem(DiagnosticCodes.OutOfRange, $"`{scalar.Text}` is out of range", $"0 to {max}");
        value = problem is null ? (int)(number * 100) : 0;
        return problem is null;
    }
}
