using System.Text;

namespace Sluice.Config.Formatting;

/// <summary>The text of a literal or folded scalar (YAML 1.2, section 8.1): its head, and lines whose indentation begins where the content does.</summary>
internal static class BlockScalar
{
    /// <summary>Where one ends that the scanner found up to the next token: blank lines behind it belong to it only if they are kept (<c>+</c>).</summary>
    internal static int EndOf(string text, int start, int end)
    {
        string raw = text[start..end];
        if (IndicatorOf(raw).Contains('+', StringComparison.Ordinal))
        {
            return raw.EndsWith('\n') ? end - 1 : end;
        }

        // A line of more blanks than the indentation is content.
        string[] lines = raw.Split('\n');
        int indentation = IndentationOf(lines);
        int count = lines.Length;
        while (count > 1 && lines[count - 1].Length <= indentation && string.IsNullOrWhiteSpace(lines[count - 1]))
        {
            count--;
        }

        return start + lines.Take(count).Sum(line => line.Length + 1) - 1;
    }

    /// <summary>Appends one with its content at another place.</summary>
    /// <param name="output">Gets it.</param>
    /// <param name="raw">As it stands in the file.</param>
    /// <param name="oldParent">Column of the collection that it lies in, counted from 0; -1 when there is none.</param>
    /// <param name="indent">Where its content is to begin: two behind the collection.</param>
    /// <param name="isAtEnd">Whether the file ends with it, without a line end.</param>
    /// <param name="comments">Gets the comment of its head.</param>
    internal static void Append(StringBuilder output, string raw, int oldParent, int indent, bool isAtEnd, List<string> comments)
    {
        string[] lines = raw.Split('\n');
        string indicator = IndicatorOf(raw);
        int digit = indicator.FirstOrDefault(char.IsAsciiDigit) is var found and not '\0' ? found - '0' : 0;
        int oldIndent = digit > 0 ? Math.Max(0, oldParent) + digit : IndentationOf(lines);
        string written = digit > 0 ? indicator.Replace((char)('0' + digit), '2') : indicator;

        // Without its last line end the content has none either, but the file gets one.
        bool losesLineEnd = isAtEnd && !indicator.Contains('-', StringComparison.Ordinal);
        output.Append(losesLineEnd ? written.Replace("+", "", StringComparison.Ordinal) + "-" : written);
        string comment = lines[0][indicator.Length..].Trim();
        if (comment.Length > 0)
        {
            comments.Add(comment);
            output.Append(' ').Append(comment);
        }

        foreach (string line in lines.Skip(1))
        {
            string content = line.Length > oldIndent ? line[oldIndent..] : "";
            output.Append('\n').Append(' ', content.Length > 0 ? indent : 0).Append(content);
        }
    }

    private static string IndicatorOf(string raw) => raw[..(raw.IndexOfAny([' ', '\t', '\n']) is var end and >= 0 ? end : raw.Length)];

    // Of the content, by its first line that isn't empty (section 8.1.1.1).
    private static int IndentationOf(string[] lines)
    {
        string? first = lines.Skip(1).FirstOrDefault(line => line.Trim(' ').Length > 0);
        return first is null ? lines.Skip(1).Select(line => line.Length).DefaultIfEmpty(0).Max() : first.Length - first.TrimStart(' ').Length;
    }
}
