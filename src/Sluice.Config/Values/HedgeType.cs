using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Values;

/// <summary>How long is waited before a second server is asked: a duration, a quantile such as <c>p95</c>, or <c>off</c>.</summary>
internal sealed class HedgeType : ScalarType<HedgePlan>
{
    private const int MaxMs = 3_600_000;
    private const int HundredthsMin = 5_000;
    private const int HundredthsMax = 9_999;

    /// <summary>What <c>off</c> stands for, and 0 as well.</summary>
    internal static HedgePlan Off { get; } = new(0);

    internal override string Expected => "a duration such as `50ms`, a quantile such as `p95`, or `off`";

    internal override string Name => "duration or quantile or `off`";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => SchemaWriter.AnyOf(
        schema.Words(["off"]), DurationType.DescribeText(schema), schema.Text("quantile", "p[5-9][0-9](\\.[0-9]{1,2})?"));

    protected override bool TryParse(ScalarNode scalar, [MaybeNullWhen(false)] out HedgePlan value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        problem = null;
        value = scalar.Text == "off" ? Off
            : TryParseQuantile(scalar.Text, out int hundredths) ? new HedgePlan(0, hundredths)
            : DurationType.TryParse(scalar.Text, out long milliseconds) && milliseconds is >= 0 and <= MaxMs ? new HedgePlan((int)milliseconds)
            : null;
        if (value is null)
        {
            problem = new ValueProblem(DiagnosticCodes.InvalidDuration, $"`{scalar.Text}` is neither a duration nor a quantile", "`1ms` to `1h`, `p50` to `p99.99`, or `off`");
        }

        return value is not null;
    }

    private static bool TryParseQuantile(string text, out int hundredths)
    {
        bool isNumber = decimal.TryParse(text.AsSpan(Math.Min(text.Length, 1)), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal percent)
            && text[0] == 'p'
            && percent is >= 0 and <= 100
            && decimal.IsInteger(percent * 100);
        hundredths = isNumber ? (int)(percent * 100) : 0;
        return hundredths is >= HundredthsMin and <= HundredthsMax;
    }
}
