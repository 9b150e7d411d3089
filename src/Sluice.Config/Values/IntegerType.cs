using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>A whole number, or a word that stands for 0.</summary>
/// <param name="min">The least allowed.</param>
/// <param name="max">The most allowed.</param>
/// <param name="wordForZero">Such as <c>auto</c>; null when there is none.</param>
internal sealed class IntegerType(int min, int max, string? wordForZero = null) : ScalarType<int>
{
    internal override string Expected => wordForZero is null ? "a number" : $"a number or `{wordForZero}`";

    internal override string Name => wordForZero is null ? "number" : $"number or `{wordForZero}`";

    internal override JsonObject DescribeSchema(SchemaWriter schema) =>
        wordForZero is null ? schema.Integer(min, max) : SchemaWriter.AnyOf(new JsonObject { ["const"] = wordForZero }, schema.Integer(min, max));

    protected override bool TryParse(ScalarNode scalar, out int value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        value = 0;
        problem = null;
        if (scalar.Text == wordForZero)
        {
            return true;
        }

        string digits = scalar.Text.StartsWith('-') ? scalar.Text[1..] : scalar.Text;
        if (!scalar.IsPlain || digits.Length == 0 || !digits.All(char.IsAsciiDigit))
        {
            problem = new ValueProblem(DiagnosticCodes.InvalidNumber, $"`{scalar.Text}` is not a number", HintFor(scalar, digits));
            return false;
        }

        bool isWithin = digits.Length <= 10 && long.Parse(scalar.Text) is long number && number >= min && number <= max;
        value = isWithin ? int.Parse(scalar.Text) : 0;
        problem = isWithin ? null : new ValueProblem(DiagnosticCodes.OutOfRange, $"`{scalar.Text}` is out of range", $"{min} to {max}");
        return isWithin;
    }

    private string HintFor(ScalarNode scalar, string digits) =>
        !scalar.IsPlain && digits.Length > 0 && digits.All(char.IsAsciiDigit) ? "write it without quotes"
        : wordForZero is null ? $"{min} to {max}"
        : $"{min} to {max}, or `{wordForZero}`";
}
