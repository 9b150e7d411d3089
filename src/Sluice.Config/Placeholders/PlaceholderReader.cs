using System.Text;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Placeholders;

/// <summary>
/// Puts values in the place of <c>${env:NAME}</c>, <c>${env:NAME:-default}</c> and <c>${file:PATH}</c> in the values of one file;
/// <c>$${</c> is a literal <c>${</c>. What was put in is not looked at again.
/// </summary>
/// <param name="sources">Where values come from.</param>
/// <param name="folder">Full path of the file's folder, for relative paths.</param>
internal sealed class PlaceholderReader(ValueSources sources, string folder)
{
    private const string Opening = "${";
    private static readonly string[] Kinds = ["env", "file"];

    /// <summary>Replaces the placeholders of a value; it is then read as if the result were written without quotes.</summary>
    /// <returns>The same node when it has none; a broken one, with a finding for each, when some can't be replaced.</returns>
    internal ScalarNode Substitute(ScalarNode written, DiagnosticBag diagnostics, YamlBudget budget)
    {
        if (!written.Text.Contains(Opening, StringComparison.Ordinal))
        {
            return written;
        }

        var values = new List<string>();
        string? text = Replace(written, values, diagnostics);
        if (text is not null && !budget.TakeBytes(text.Length))
        {
            diagnostics.Add(DiagnosticCodes.FileTooLarge, "with this value the configuration is larger than 10 MB", written.Location);
            text = null;
        }

        if (text is null)
        {
            diagnostics.Silence(written.Location);
        }
        else if (values.Count > 0)
        {
            diagnostics.Protect(written.Location, written.Text, values);
        }

        return new ScalarNode(text ?? written.Text, written.IsPlain || values.Count > 0, written.Location)
        {
            Substitution = new SubstitutedText(written.Text, written.IsPlain),
            IsBroken = text is null,
        };
    }

    // Null, with findings, when something can't be replaced. Adds what was put in to "values".
    private string? Replace(ScalarNode written, List<string> values, DiagnosticBag diagnostics)
    {
        string text = written.Text;
        var result = new StringBuilder();
        bool isWhole = true;
        int position = 0;
        int opening;
        while ((opening = text.IndexOf(Opening, position, StringComparison.Ordinal)) >= 0)
        {
            if (opening > position && text[opening - 1] == '$')
            {
                result.Append(text, position, opening - 1 - position).Append(Opening);
                position = opening + Opening.Length;
                continue;
            }

            int closing = text.IndexOf('}', opening);
            if (closing < 0)
            {
                var place = PlaceholderPlace.Find(written, opening, Opening.Length);
                diagnostics.Add(DiagnosticCodes.UnclosedPlaceholder, "a placeholder has no `}`", place, "a literal `${` is written `$${`");
                return null;
            }

            string? value = Resolve(text[(opening + Opening.Length)..closing], PlaceholderPlace.Find(written, opening, closing + 1 - opening), diagnostics);
            isWhole &= value is not null;
            values.AddRange(value is null ? [] : [value]);
            result.Append(text, position, opening - position).Append(value);
            position = closing + 1;
        }

        return isWhole ? result.Append(text, position, text.Length - position).ToString() : null;
    }

    // The value of what stands between the braces; null with a finding.
    private string? Resolve(string inner, SourceLocation place, DiagnosticBag diagnostics)
    {
        int colon = inner.IndexOf(':', StringComparison.Ordinal);
        string kind = colon < 0 ? inner : inner[..colon];
        string rest = colon < 0 ? "" : inner[(colon + 1)..];
        return kind switch
        {
            "env" when colon >= 0 => ResolveVariable(rest, place, diagnostics),
            "file" when colon >= 0 => ResolveFile(rest, place, diagnostics),
            _ => RefuseKind(kind, hasColon: colon >= 0, place, diagnostics),
        };
    }

    private string? ResolveVariable(string text, SourceLocation place, DiagnosticBag diagnostics)
    {
        int dash = text.IndexOf(":-", StringComparison.Ordinal);
        string name = dash < 0 ? text : text[..dash];
        if (!IsVariableName(name))
        {
            string message = name.Length == 0 ? "the placeholder names no variable" : $"`{name}` is not the name of a variable";
            diagnostics.Add(DiagnosticCodes.InvalidPlaceholder, message, place, "letters, digits and `_`: `${env:NAME}`");
            return null;
        }

        // As in a shell, the default is also for a variable that is set to nothing.
        string? value = sources.FindVariable(name);
        if (dash >= 0)
        {
            return string.IsNullOrEmpty(value) ? text[(dash + 2)..] : value;
        }

        if (value is null)
        {
            string hint = $"set it, or give a default: `${{env:{name}:-...}}`";
            diagnostics.Add(DiagnosticCodes.MissingVariable, $"the environment variable `{name}` is not set", place, hint);
        }

        return value;
    }

    private string? ResolveFile(string path, SourceLocation place, DiagnosticBag diagnostics)
    {
        if (path.Length == 0)
        {
            diagnostics.Add(DiagnosticCodes.InvalidPlaceholder, "the placeholder names no file", place, "such as `${file:/run/secrets/key}`");
            return null;
        }

        string? value = sources.ReadFile(Path.Combine(folder, path), out string reason);
        if (value is null)
        {
            diagnostics.Add(DiagnosticCodes.UnreadableValue, $"can't read `{path}`: {reason}", place);
        }

        return value;
    }

    private static string? RefuseKind(string kind, bool hasColon, SourceLocation place, DiagnosticBag diagnostics)
    {
        string? nearest = NearestWord.Find(kind, Kinds);
        string message = kind.Length == 0 ? "a placeholder without a kind" : $"unknown kind of placeholder `{kind}`";
        diagnostics.Add(new Diagnostic(DiagnosticCodes.InvalidPlaceholder, message, place)
        {
            Hint = nearest is not null && hasColon ? $"did you mean `{nearest}`?"
                : !hasColon && IsVariableName(kind) ? $"for a variable: `${{env:{kind}}}`"
                : "a literal `${` is written `$${`",
            ValidHere = Kinds,
        });
        return null;
    }

    // POSIX.1-2024, base definitions 3.216 "name".
    private static bool IsVariableName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');
}
