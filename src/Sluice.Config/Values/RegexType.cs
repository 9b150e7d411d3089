using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;
using Sluice.Proxy.Routing.Patterns;

namespace Sluice.Config.Values;

/// <summary>A regular expression that doesn't backtrack, so that its time can't explode with the length of a text.</summary>
/// <param name="use">The expression that is made of it when it is used; null when it is used as it is.</param>
internal sealed class RegexType(Func<string, string>? use = null) : ScalarType<string>
{
    private const int LengthMax = 4_096;

    internal override string Expected => "a regular expression";

    internal override string Name => "regular expression";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => SchemaWriter.Text();

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        value = scalar.Text;
        problem = value.Length switch
        {
            0 => new ValueProblem(DiagnosticCodes.InvalidRegex, "the regular expression is empty", "for any text: `.*`"),
            > LengthMax => new ValueProblem(DiagnosticCodes.InvalidRegex, "the regular expression is too long", $"up to {LengthMax} characters"),
            _ => FindProblem(value),
        };
        return problem is null;
    }

    private ValueProblem? FindProblem(string text)
    {
        try
        {
            // Alone first, so that it can't close the group around it.
            _ = new TextPattern(text);
            _ = use is null ? null : new TextPattern(use(text));
            return null;
        }
        catch (RegexParseException exception)
        {
            return new ValueProblem(DiagnosticCodes.InvalidRegex, $"`{text}` is not a regular expression", ReasonOf(exception));
        }
        catch (NotSupportedException exception)
        {
            return new ValueProblem(DiagnosticCodes.BacktrackingRegex, $"`{text}` can't be matched without backtracking", ReasonOf(exception));
        }
    }

    // "Invalid pattern '...' at offset 3. Not enough )'s."
    private static string ReasonOf(RegexParseException exception)
    {
        string mark = $" at offset {exception.Offset}. ";
        int index = exception.Message.LastIndexOf(mark, StringComparison.Ordinal);
        string reason = index < 0 ? exception.Error.ToString() : exception.Message[(index + mark.Length)..].TrimEnd('.');
        return $"at character {exception.Offset}: {char.ToLowerInvariant(reason[0])}{reason[1..]}";
    }

    // "... containing: 'backreference (\ number)'.", or the size of the automaton.
    private static string ReasonOf(NotSupportedException exception)
    {
        string[] parts = exception.Message.Split('\'');
        return exception.Message.Contains("containing:", StringComparison.Ordinal) && parts.Length == 3
            ? $"no {parts[1]}"
            : "it is too large: fewer or smaller repetitions";
    }
}
