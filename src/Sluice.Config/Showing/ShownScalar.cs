using System.Text;
using System.Text.RegularExpressions;
using Sluice.Config.Yaml;

namespace Sluice.Config.Showing;

/// <summary>Writes a single value as YAML or JSON so that it is read again as the same; placeholders stay as they are written.</summary>
internal static partial class ShownScalar
{
    // In place of a secret that is written in plain text. What is shown can't be used then, which is better than a leak.
    private const string Secret = "***";

    /// <summary>The value as YAML for the place behind a key or dash, on one line.</summary>
    internal static string AsYaml(ScalarNode scalar)
    {
        string text = WrittenOf(scalar);

        // What could stand without quotes in the file can do so here, unless it went over several lines.
        bool isPlain = (scalar.Substitution?.IsPlain ?? (scalar.IsPlain && !scalar.IsSecret)) && !text.Any(IsEscaped);
        return !isPlain ? Quote(text) : text.Length == 0 ? "null" : text;
    }

    /// <summary>The value as JSON: numbers, booleans and null as such, anything else a text.</summary>
    internal static string AsJson(ScalarNode scalar)
    {
        if (scalar is not { IsPlain: true, Substitution: null, IsSecret: false })
        {
            return Quote(WrittenOf(scalar));
        }

        // Booleans of the YAML 1.2 core schema (section 10.3.2).
        return scalar.IsNull ? "null"
            : scalar.Text is "true" or "True" or "TRUE" ? "true"
            : scalar.Text is "false" or "False" or "FALSE" ? "false"
            : JsonNumber().IsMatch(scalar.Text) ? scalar.Text
            : Quote(scalar.Text);
    }

    /// <summary>A key as YAML: without quotes if it is a word.</summary>
    internal static string AsKey(ScalarNode key) => Word().IsMatch(key.Text) ? key.Text : AsYaml(key);

    /// <summary>The lines of a literal block (YAML 1.2, section 8.1.2) with its head, for a text of several lines; null when escapes are clearer.</summary>
    internal static string[]? AsLiteral(ScalarNode scalar)
    {
        string text = WrittenOf(scalar);
        bool isNarrow = !text.Contains('\n', StringComparison.Ordinal) || text.EndsWith("\n\n", StringComparison.Ordinal);
        string[] lines = text.EndsWith('\n') ? text[..^1].Split('\n') : text.Split('\n');
        bool isOdd = lines[0].Length == 0 || lines.Any(line => line.Any(IsEscaped) || (line.Length > 0 && string.IsNullOrWhiteSpace(line)));
        return isNarrow || isOdd || lines[0][0] == ' ' ? null : [text.EndsWith('\n') ? "|" : "|-", .. lines];
    }

    /// <summary>A text in double quotes, which is the same in YAML (section 7.3.1) and JSON (RFC 8259, section 7).</summary>
    internal static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char letter in text)
        {
            quoted.Append(letter switch
            {
                '"' or '\\' => $"\\{letter}",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when IsEscaped(letter) => $"\\u{(int)letter:X4}",
                _ => letter.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    private static string WrittenOf(ScalarNode scalar) => scalar.Substitution?.Written ?? (scalar.IsSecret ? Secret : scalar.Text);

    private static bool IsEscaped(char letter) => char.IsControl(letter) || letter is '\u2028' or '\u2029' or '\uFEFF';

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_.-]*\\z")]
    private static partial Regex Word();

    [GeneratedRegex("^-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\\z")]
    private static partial Regex JsonNumber();
}
