using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>A duration such as <c>1m30s</c>, as milliseconds.</summary>
/// <param name="minMs">The shortest allowed.</param>
/// <param name="maxMs">The longest allowed.</param>
internal sealed class DurationType(int minMs, int maxMs) : ScalarType<int>
{
    private static readonly (string Unit, long Milliseconds)[] Units =
        [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

    internal override string Expected => "a duration such as `5s`";

    internal override string Name => "duration";

    /// <summary>Writes a duration the way it would be written by hand.</summary>
    internal static string Format(long milliseconds)
    {
        string text = "";
        foreach ((string unit, long size) in Units)
        {
            if (milliseconds >= size)
            {
                text += $"{milliseconds / size}{unit}";
                milliseconds %= size;
            }
        }

        return text.Length == 0 ? "0s" : text;
    }

    internal override JsonObject DescribeSchema(SchemaWriter schema) => DescribeText(schema);

    /// <summary>What durations look like, whatever their range.</summary>
    internal static JsonObject DescribeText(SchemaWriter schema) => SchemaWriter.AnyOf(
        schema.Text("duration", "0|(?=.)([0-9]{1,12}d)?([0-9]{1,12}h)?([0-9]{1,12}m)?([0-9]{1,12}s)?([0-9]{1,12}ms)?"),
        new JsonObject { ["const"] = 0 });

    protected override bool TryParse(ScalarNode scalar, out int value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        value = 0;
        if (!TryParse(scalar.Text, out long milliseconds))
        {
            bool isNumber = scalar.Text.All(char.IsAsciiDigit) && scalar.Text.Length is > 0 and < 10;
            string hint = isNumber ? $"add a unit: `{scalar.Text}s`?" : "such as `250ms`, `5s`, `1m30s`";
            problem = new ValueProblem(DiagnosticCodes.InvalidDuration, $"`{scalar.Text}` is not a duration", hint);
            return false;
        }

        bool isWithin = milliseconds >= minMs && milliseconds <= maxMs;
        value = isWithin ? (int)milliseconds : 0;
        problem = isWithin ? null : new(DiagnosticCodes.OutOfRange, $"`{scalar.Text}` is out of range", $"`{Format(minMs)}` to `{Format(maxMs)}`");
        return isWithin;
    }

    /// <summary>Reads units from large to small, each at most once: <c>1h30m</c>, not <c>30m1h</c>. A lone zero needs no unit.</summary>
    internal static bool TryParse(string text, out long milliseconds)
    {
        milliseconds = 0;
        if (text == "0")
        {
            return true;
        }

        int at = 0;
        int nextUnit = 0;
        while (at < text.Length)
        {
            int digits = CountWhile(text, at, char.IsAsciiDigit);
            int letters = CountWhile(text, at + digits, char.IsAsciiLetterLower);
            string unit = text.Substring(at + digits, letters);
            int index = Array.FindIndex(Units, nextUnit, known => known.Unit == unit);
            if (digits is 0 or > 12 || index < 0)
            {
                return false;
            }

            milliseconds += long.Parse(text.AsSpan(at, digits)) * Units[index].Milliseconds;
            nextUnit = index + 1;
            at += digits + letters;
        }

        return text.Length > 0;
    }

    private static int CountWhile(string text, int start, Func<char, bool> isIn)
    {
        int end = start;
        while (end < text.Length && isIn(text[end]))
        {
            end++;
        }

        return end - start;
    }
}
