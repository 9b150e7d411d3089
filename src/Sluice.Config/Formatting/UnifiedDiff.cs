using System.Text;

namespace Sluice.Config.Formatting;

/// <summary>Writes the difference of two texts as <c>diff -u</c> does, so that <c>patch</c> takes it.</summary>
public static class UnifiedDiff
{
    private const int ContextLines = 3;

    /// <summary>The difference; empty when there is none.</summary>
    /// <param name="name">Of the file.</param>
    /// <param name="old">The text as it is.</param>
    /// <param name="new">The text as it should be.</param>
    public static string Write(string name, string old, string @new)
    {
        if (old == @new)
        {
            return "";
        }

        List<(char Kind, string Line)> edits = LineDiff.Compare(LinesOf(old), LinesOf(@new));
        var output = new StringBuilder($"--- {name}\n+++ {name} (formatted)\n");
        int position = 0;
        (int oldLine, int newLine) = (1, 1);
        while (FindHunk(edits, position) is var (start, end) && start < edits.Count)
        {
            int skipped = start - position;
            (oldLine, newLine) = (oldLine + skipped, newLine + skipped);
            int oldCount = edits[start..end].Count(edit => edit.Kind != '+');
            int newCount = edits[start..end].Count(edit => edit.Kind != '-');
            output.Append($"@@ -{Range(oldLine, oldCount)} +{Range(newLine, newCount)} @@\n");
            foreach ((char kind, string line) in edits[start..end])
            {
                output.Append(kind).Append(line).Append(line.EndsWith('\n') ? "" : "\n\\ No newline at end of file\n");
            }

            (oldLine, newLine, position) = (oldLine + oldCount, newLine + newCount, end);
        }

        return output.ToString();
    }

    // The next differences with the lines around them; hunks that would touch are one.
    private static (int Start, int End) FindHunk(List<(char Kind, string Line)> edits, int position)
    {
        int first = edits.FindIndex(position, edit => edit.Kind != ' ');
        if (first < 0)
        {
            return (edits.Count, edits.Count);
        }

        int last = first;
        for (int i = first; i < edits.Count && i <= last + (2 * ContextLines); i++)
        {
            last = edits[i].Kind != ' ' ? i : last;
        }

        return (Math.Max(position, first - ContextLines), Math.Min(edits.Count, last + ContextLines + 1));
    }

    // As diff does: a range of no lines names the line before it.
    private static string Range(int line, int count) => count == 1 ? $"{line}" : $"{(count == 0 ? line - 1 : line)},{count}";

    // With their line ends, so that a difference of these is one.
    private static string[] LinesOf(string text)
    {
        var lines = new List<string>();
        int start = 0;
        while (start < text.Length)
        {
            int end = text.IndexOf('\n', start) is var found and >= 0 ? found + 1 : text.Length;
            lines.Add(text[start..end]);
            start = end;
        }

        return [.. lines];
    }
}
