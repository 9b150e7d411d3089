using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model.Automation;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>A rate such as <c>10/1m</c>; a single unit needs no number: <c>10/m</c>.</summary>
internal sealed class RateType : ScalarType<Rate>
{
    private const int CountMax = 1_000_000;

    internal override string Expected => "a rate such as `10/1m`";

    internal override string Name => "rate";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.Text(Name, "[0-9]{1,7}/[0-9dhms]+");

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out Rate? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        string[] parts = scalar.Text.Split('/');
        string window = parts.Length == 2 ? parts[1] : "";
        bool isRate = parts.Length == 2
            && parts[0].Length is > 0 and <= 7
            && parts[0].All(char.IsAsciiDigit)
            && int.Parse(parts[0]) is >= 1 and <= CountMax
            && DurationType.TryParse(window is "s" or "m" or "h" or "d" ? "1" + window : window, out long milliseconds)
            && milliseconds is >= 1_000 and <= int.MaxValue;
        value = isRate ? new Rate(int.Parse(parts[0]), (int)MillisecondsOf(window)) : null;
        problem = isRate ? null : new ValueProblem(DiagnosticCodes.InvalidAutomation, $"`{scalar.Text}` is not a rate", "such as `10/1m`: so many within that time");
        return isRate;
    }

    private static long MillisecondsOf(string window) =>
        DurationType.TryParse(window is "s" or "m" or "h" or "d" ? "1" + window : window, out long milliseconds) ? milliseconds : 0;
}
