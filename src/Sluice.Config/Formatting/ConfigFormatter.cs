using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;
using YamlDotNet.Core;

namespace Sluice.Config.Formatting;

/// <summary>Formats configuration files: their text only, neither what they include nor whether their options are good.</summary>
public static class ConfigFormatter
{
    /// <summary>Formats a file; it isn't written.</summary>
    public static FormatResult Format(string path)
    {
        var diagnostics = new DiagnosticBag();
        return Format(SourceReader.ReadFile(path, path, diagnostics, new YamlBudget()), diagnostics);
    }

    /// <summary>Formats a text.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="fileName">For messages.</param>
    public static FormatResult FormatText(string text, string fileName) => Format(new SourceText(fileName, text), new DiagnosticBag());

    private static FormatResult Format(SourceText? source, DiagnosticBag diagnostics)
    {
        if (source is null || YamlReader.Read(source, diagnostics, new YamlBudget(), placeholders: null) is not { } tree || diagnostics.HasErrors)
        {
            return new FormatResult(source?.Text, null, diagnostics.ToSortedList());
        }

        if (tree is ScalarNode { IsNull: false })
        {
            diagnostics.Add(DiagnosticCodes.WrongKind, $"expected a mapping, found {tree.Kind}", tree.Location);
            return new FormatResult(source.Text, null, diagnostics.ToSortedList());
        }

        // The line ends of the file are those of its first line.
        int end = source.Text.IndexOfAny(['\r', '\n']);
        string lineEnd = end >= 0 && source.Text[end] == '\r' ? (end + 1 < source.Text.Length && source.Text[end + 1] == '\n' ? "\r\n" : "\r") : "\n";
        string text = source.Text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        string? formatted = Lay(text, tree)?.Replace("\n", lineEnd, StringComparison.Ordinal);
        return new FormatResult(source.Text, formatted, []);
    }

    // Null when the outcome is not the same configuration with the same comments: then nothing may be written, whatever the reason.
    private static string? Lay(string text, YamlNode tree)
    {
        try
        {
            string formatted = YamlFormatter.Format(text, out IReadOnlyList<string> comments);
            var diagnostics = new DiagnosticBag();
            YamlNode? again = YamlReader.Read(new SourceText("formatted", formatted), diagnostics, new YamlBudget(), placeholders: null);
            YamlFormatter.Format(formatted, out IReadOnlyList<string> commentsAgain);
            bool isSame = again is not null && !diagnostics.HasErrors && TreeComparison.AreEqual(tree, again) && comments.SequenceEqual(commentsAgain);
            return isSame ? formatted : null;
        }
        catch (YamlException)
        {
            return null;
        }
    }
}
