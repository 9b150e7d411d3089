using Sluice.Config.Diagnostics;

namespace Sluice.Config.Yaml;

/// <summary>What a text must not contain anywhere, found before it is parsed.</summary>
internal static class SourceCheck
{
    /// <summary>Refuses a byte order mark and control characters (YAML 1.2, section 5.1), each kind once.</summary>
    /// <returns>Whether the text may be parsed.</returns>
    internal static bool IsClean(SourceText source, DiagnosticBag diagnostics)
    {
        string text = source.Text;
        int mark = text.IndexOf('\uFEFF', StringComparison.Ordinal);
        if (mark == 0)
        {
            diagnostics.Add(DiagnosticCodes.ByteOrderMark, "the file begins with a byte order mark", new(source, 0, 1), "save it as UTF-8 without BOM");
            return false;
        }

        int control = IndexOfControl(text);
        if (control >= 0)
        {
            string name = text[control] == '\0' ? "a NUL character" : $"the control character U+{(int)text[control]:X4}";
            diagnostics.Add(DiagnosticCodes.ControlCharacter, name + " in the file", new(source, control, 1), "not allowed in YAML");
            return false;
        }

        return true;
    }

    /// <summary>The first tab in the indentation of a line at or behind the one of <paramref name="offset"/>, or -1.</summary>
    internal static int FindTabIndentation(SourceText source, int offset)
    {
        for (int line = source.LineOf(offset); line <= source.LineCount; line++)
        {
            ReadOnlySpan<char> text = source.GetLine(line);
            int indentation = text.Length - text.TrimStart(" \t").Length;
            int tab = text[..indentation].IndexOf('\t');
            if (tab >= 0)
            {
                return source.StartOf(line) + tab;
            }
        }

        return -1;
    }

    private static int IndexOfControl(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) && text[i] is not ('\t' or '\n' or '\r' or '\u0085'))
            {
                return i;
            }
        }

        return -1;
    }
}
