using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>A duration in whole seconds, such as <c>30d</c>, which may be longer than timeouts are.</summary>
/// <param name="minSeconds">The shortest allowed.</param>
/// <param name="maxSeconds">The longest allowed.</param>
internal sealed class AgeType(int minSeconds, int maxSeconds) : ScalarType<int>
{
    private const int SecondMs = 1_000;

    internal override string Expected => "a duration such as `30d`";

    internal override string Name => "duration";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => DurationType.DescribeText(schema);

    protected override bool TryParse(ScalarNode scalar, out int value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        value = 0;
        if (!DurationType.TryParse(scalar.Text, out long milliseconds) || milliseconds % SecondMs != 0)
        {
            problem = new ValueProblem(DiagnosticCodes.InvalidDuration, $"`{scalar.Text}` is not a duration of whole seconds", "such as `90s`, `12h`, `30d`");
            return false;
        }

        long seconds = milliseconds / SecondMs;
        bool isWithin = seconds >= minSeconds && seconds <= maxSeconds;
        value = isWithin ? (int)seconds : 0;
        string range = $"`{DurationType.Format((long)minSeconds * SecondMs)}` to `{DurationType.Format((long)maxSeconds * SecondMs)}`";
        problem = isWithin ? null : new ValueProblem(DiagnosticCodes.OutOfRange, $"`{scalar.Text}` is out of range", range);
        return isWithin;
    }
}
