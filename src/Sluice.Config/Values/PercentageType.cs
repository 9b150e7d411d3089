using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>A percentage from 0 to 100 with up to two decimals, read as hundredths.</summary>
internal sealed class PercentageType : ScalarType<int>
{
    internal override string Expected => "a percentage such as `12.5`";

    internal override string Name => "percentage";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.AnyText(Name, """[0-9]{1,3}(\.[0-9]{0,2}0*)?""");

    protected override bool TryParse(ScalarNode scalar, out int value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        bool isNumber = decimal.TryParse(scalar.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal percent)
            && char.IsAsciiDigit(scalar.Text[0])
            && percent is >= 0 and <= 100
            && decimal.IsInteger(percent * 100);
        value = isNumber ? (int)(percent * 100) : 0;
        string hint = scalar.Text.EndsWith('%') ? $"without the sign: `{scalar.Text.TrimEnd('%')}`" : "0 to 100, with up to two decimals";
        problem = isNumber ? null : new ValueProblem(DiagnosticCodes.InvalidPercentage, $"`{scalar.Text}` is not a percentage", hint);
        return isNumber;
    }
}
