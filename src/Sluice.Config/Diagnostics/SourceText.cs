namespace Sluice.Config.Diagnostics;

/// <summary>The text of a configuration file, addressed by offset, or by line and column. Immutable, but for what of it may be shown.</summary>
public sealed class SourceText
{
    private readonly int[] _lineStarts;

    // Read from several threads only once everything is read.
    private readonly List<(int Offset, int Length)> _hidden = [];

    /// <summary>Wraps a text.</summary>
    /// <param name="fileName">For messages, as the operator wrote it.</param>
    /// <param name="text">The whole text.</param>
    public SourceText(string fileName, string text)
    {
        FileName = fileName;
        Text = text;
        _lineStarts = FindLineStarts(text);
    }

    /// <summary>The name for messages.</summary>
    public string FileName { get; }

    /// <summary>Where relative paths in it begin; null for the current directory.</summary>
    public string? Folder { get; init; }

    /// <summary>The whole text.</summary>
    public string Text { get; }

    /// <summary>Lines; at least 1.</summary>
    public int LineCount => _lineStarts.Length;

    /// <summary>The line, counted from 1, of an offset of 0 to the length of the text.</summary>
    public int LineOf(int offset)
    {
        int index = Array.BinarySearch(_lineStarts, offset);
        return index >= 0 ? index + 1 : ~index;
    }

    /// <summary>The column of an offset, counted from 1 in UTF-16 units.</summary>
    public int ColumnOf(int offset) => offset - _lineStarts[LineOf(offset) - 1] + 1;

    /// <summary>The offset of a line's first character.</summary>
    /// <param name="line">Counted from 1.</param>
    public int StartOf(int line) => _lineStarts[line - 1];

    /// <summary>Keeps a part of it from being shown.</summary>
    internal void Hide(int offset, int length) => _hidden.Add((offset, length));

    /// <summary>A line without its line end, with asterisks in place of what is hidden.</summary>
    /// <param name="line">Counted from 1.</param>
    public ReadOnlySpan<char> GetLine(int line)
    {
        int start = _lineStarts[line - 1];
        int end = line < _lineStarts.Length ? _lineStarts[line] : Text.Length;
        ReadOnlySpan<char> shown = Text.AsSpan(start, end - start).TrimEnd("\r\n");
        return _hidden.Count == 0 ? shown : Mask(shown.ToArray(), start);
    }

    private char[] Mask(char[] line, int start)
    {
        foreach ((int offset, int length) in _hidden)
        {
            int from = Math.Max(offset - start, 0);
            int to = Math.Min(offset + length - start, line.Length);
            if (from < to)
            {
                line.AsSpan(from, to - from).Fill('*');
            }
        }

        return line;
    }

    private static int[] FindLineStarts(string text)
    {
        var starts = new List<int> { 0 };
        int at = 0;
        while ((at = text.AsSpan(at).IndexOfAny('\r', '\n') is int found and >= 0 ? at + found : -1) >= 0)
        {
            at += text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? 2 : 1;
            starts.Add(at);
        }

        return [.. starts];
    }
}
