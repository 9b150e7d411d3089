using System.Globalization;
using System.Text;

namespace Sluice.Config.Diagnostics;

/// <summary>Writes findings for people: each with its place, the line with a caret, and what would be right.</summary>
public static class DiagnosticRenderer
{
    // Lines are cut to a window around the caret, so that a file of one line is readable too.
    private const int LineCharsMax = 120;

    /// <summary>Writes all findings and a line with their number, each line ended by a line feed.</summary>
    /// <param name="diagnostics">The findings, in the order to be shown.</param>
    /// <param name="isColored">Whether to use ANSI colours; only for terminals.</param>
    public static string Render(IReadOnlyList<Diagnostic> diagnostics, bool isColored = false)
    {
        var output = new StringBuilder();
        var explained = new HashSet<string>(StringComparer.Ordinal);
        foreach (Diagnostic diagnostic in diagnostics)
        {
            Render(output, diagnostic, isColored, isFirstOfItsCode: explained.Add(diagnostic.Code.Id));
        }

        int errors = diagnostics.Count(diagnostic => diagnostic.IsError);
        int warnings = diagnostics.Count - errors;
        output.Append($"{Count(errors, "error")}, {Count(warnings, "warning")}\n");
        return output.ToString();
    }

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    private static void Render(StringBuilder output, Diagnostic diagnostic, bool isColored, bool isFirstOfItsCode)
    {
        var ink = new DiagnosticInk(isColored, diagnostic.Code.Severity);
        string severity = diagnostic.IsError ? "error" : "warning";
        output.Append(ink.Severity($"{severity}[{diagnostic.Code.Id}]")).Append(ink.Strong(": " + Printable(diagnostic.Message))).Append('\n');
        int gutter = 2;
        if (diagnostic.Location is { } location)
        {
            gutter = location.Line.ToString().Length;
            RenderPlace(output, location, diagnostic.Hint, gutter, ink);
        }
        else if (diagnostic.Hint is not null)
        {
            RenderNote(output, diagnostic.Hint, gutter, ink);
        }

        if (diagnostic.Related is { } related)
        {
            RenderNote(output, $"{related.Text}: {related.Location}", gutter, ink);
        }

        if (diagnostic.ValidHere.Count > 0)
        {
            RenderNote(output, "valid here: " + string.Join(", ", diagnostic.ValidHere), gutter, ink);
        }

        if (isFirstOfItsCode)
        {
            RenderNote(output, $"more: sluice explain {diagnostic.Code.Id}", gutter, ink);
        }

        output.Append('\n');
    }

    private static void RenderPlace(StringBuilder output, SourceLocation location, string? hint, int gutter, DiagnosticInk ink)
    {
        string margin = new(' ', gutter);
        int line = location.Line;
        output.Append($"{margin}{ink.Frame("-->")} {location}\n");
        output.Append($"{margin} {ink.Frame("|")}\n");

        ReadOnlySpan<char> text = location.Source.GetLine(line);
        int column = Math.Min(location.Column - 1, text.Length);
        int start = column > LineCharsMax / 2 && text.Length > LineCharsMax ? column - (LineCharsMax / 2) : 0;
        if (line > 1 && start == 0 && !location.Source.GetLine(line - 1).IsWhiteSpace())
        {
            RenderLine(output, line - 1, location.Source.GetLine(line - 1), gutter, ink);
        }

        RenderLine(output, line, text[start..], gutter, ink);
        int marked = Math.Clamp(location.Length, 1, Math.Max(1, Math.Min(text.Length - column, LineCharsMax - (column - start))));
        string carets = new('^', marked);
        output.Append($"{margin} {ink.Frame("|")} {new string(' ', column - start)}{ink.Severity(hint is null ? carets : carets + " " + Printable(hint))}\n");
        output.Append($"{margin} {ink.Frame("|")}\n");
    }

    private static void RenderLine(StringBuilder output, int number, ReadOnlySpan<char> text, int gutter, DiagnosticInk ink)
    {
        string shown = Printable(text.Length > LineCharsMax ? text[..LineCharsMax] : text);
        output.Append($"{ink.Frame(number.ToString().PadLeft(gutter) + " |")} {shown}".TrimEnd()).Append('\n');
    }

    private static void RenderNote(StringBuilder output, string text, int gutter, DiagnosticInk ink)
    {
        string margin = new(' ', gutter);
        string prefix = $"{margin} {ink.Frame("=")} ";
        foreach (string line in Wrap(Printable(text)))
        {
            output.Append(prefix).Append(line).Append('\n');
            prefix = margin + "   ";
        }
    }

    private static IEnumerable<string> Wrap(string text)
    {
        const int width = 110;
        while (text.Length > width && text.LastIndexOf(' ', width) is int space and > 0)
        {
            yield return text[..space];
            text = text[(space + 1)..];
        }

        yield return text;
    }

    // What stands in a file must not move the cursor, recolour the terminal, or turn the order of what follows (Unicode, UAX #9).
    private static string Printable(ReadOnlySpan<char> text)
    {
        char[] shown = text.ToArray();
        for (int i = 0; i < shown.Length; i++)
        {
            if (char.IsControl(shown[i]) || char.GetUnicodeCategory(shown[i]) == UnicodeCategory.Format || shown[i] is '\u2028' or '\u2029')
            {
                shown[i] = shown[i] == '\t' ? ' ' : '\uFFFD';
            }
        }

        return new string(shown);
    }
}
