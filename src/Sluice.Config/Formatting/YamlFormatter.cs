using System.Diagnostics;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Tokens;

namespace Sluice.Config.Formatting;

/// <summary>
/// Lays out YAML anew: every token is kept as it is written, and only what lies between tokens changes, that is blanks, line ends and the place of
/// comments. Lines stay lines.
/// </summary>
/// <remarks>
/// 1. Marks of the scanner keep the list of open block collections. 2. Before a visible token, comments and blank lines of the gap are written.
/// 3. The token goes behind a space, or on a line of its own, indented by the collection it belongs to. Within braces and brackets, blanks on
/// a line are left alone, and lines are indented by depth.
/// </remarks>
internal sealed class YamlFormatter
{
    private readonly string _text;
    private readonly StringBuilder _output = new();
    private readonly List<string> _comments = [];

    private FormatBlock? _block;
    private FormatBlock? _blockOfLast;
    private FormatToken? _last;
    private int _flowDepth;
    private bool _isKeyNext;

    private YamlFormatter(string text)
    {
        _text = text;
    }

    /// <summary>Lays out a text.</summary>
    /// <param name="text">YAML with LF line ends.</param>
    /// <param name="comments">Gets the comments in their order.</param>
    /// <exception cref="YamlException">It is not YAML.</exception>
    internal static string Format(string text, out IReadOnlyList<string> comments)
    {
        var formatter = new YamlFormatter(text);
        foreach (FormatToken token in FormatTokenReader.Read(text))
        {
            formatter.Take(token);
        }

        formatter.WriteGap(text[(formatter._last?.End ?? 0)..], null);
        comments = formatter._comments;
        return formatter._output.Length == 0 ? "" : formatter._output.Append('\n').ToString();
    }

    // 1.
    private void Take(FormatToken token)
    {
        if (_flowDepth == 0)
        {
            TrackBlocks(token);
        }

        if (!token.IsVisible)
        {
            _isKeyNext |= token.Token is Key;
            return;
        }

        _flowDepth -= token.IsFlowEnd ? 1 : 0;
        WriteGap(_text[(_last?.End ?? 0)..token.Start], token);
        WriteToken(token);
        _flowDepth += token.IsFlowStart ? 1 : 0;
        Debug.Assert(_flowDepth >= 0, "Braces and brackets are balanced in what is YAML.");

        // An anchor or tag belongs to the key behind it.
        _isKeyNext &= token.Token is Anchor or Tag;
        _last = token;
        _blockOfLast = _block;
    }

    private void TrackBlocks(FormatToken token)
    {
        switch (token.Token)
        {
            case BlockMappingStart or BlockSequenceStart:
                _block = new FormatBlock(_block, token.Column, _block?.ValueIndent ?? 0, token.Token is BlockSequenceStart, IsUnmarked: false);
                break;
            case BlockEntry when _block is not { IsSequence: true }:
                _block = new FormatBlock(_block, token.Column, _block?.ValueIndent ?? 0, IsSequence: true, IsUnmarked: true);
                break;
            case Key or Value when _block is { IsUnmarked: true }:
                _block = _block.Parent;
                break;
            case BlockEnd:
                _block = _block is { IsUnmarked: true } ? _block.Parent?.Parent : _block?.Parent;
                break;
        }
    }

    // 2. The token is null at the end of the text.
    private void WriteGap(string gap, FormatToken? token)
    {
        string[] lines = gap.Split('\n');
        bool isBlank = false;
        for (int i = 0; i < lines.Length; i++)
        {
            string comment = lines[i].Trim(' ', '\t', '\uFEFF');
            if (comment.Length == 0)
            {
                // What is left of the line of the last token, and what is before the next one, are no lines.
                isBlank |= i > 0 && i < lines.Length - 1;
                isBlank |= i == 0 && _last is null && lines.Length > 1;
                continue;
            }

            _comments.Add(comment);
            if (i == 0 && _last is not null)
            {
                _output.Append(' ').Append(comment);
                continue;
            }

            StartLine(isBlank, IndentOfComment(comment, lines[i].Length - lines[i].TrimStart().Length, token));
            _output.Append(comment);
            isBlank = false;
        }

        if (token is not null)
        {
            Separate(gap, token, isFirstOnLine: lines.Length > 1 || _last is null, isBlank);
        }
    }

    private void Separate(string gap, FormatToken token, bool isFirstOnLine, bool isBlank)
    {
        if (isFirstOnLine)
        {
            StartLine(isBlank, IndentOf(token));
        }
        else if (_flowDepth > 0 || token.IsFlowEnd)
        {
            _output.Append(gap);
        }
        else if (token.Token is Value)
        {
            // "*name :" needs its space, since a colon can be part of the name.
            _output.Append(_last!.Token is AnchorAlias && gap.Length > 0 ? " " : "");
        }
        else
        {
            _output.Append(gap.Length > 0 ? " " : "");
        }
    }

    private void StartLine(bool isBlank, int indent)
    {
        if (_output.Length > 0)
        {
            _output.Append(isBlank ? "\n\n" : "\n");
        }

        _output.Append(' ', indent);
    }

    // 3.
    private int IndentOf(FormatToken token)
    {
        if (_flowDepth > 0 || token.IsFlowEnd)
        {
            return FlowIndent;
        }

        bool isEntry = _isKeyNext || token.Token is BlockEntry or Key or Value;
        return _block is null ? 0 : isEntry ? _block.Indent : _block.ValueIndent;
    }

    // Of a line within braces or brackets; the closing one has left already.
    private int FlowIndent => (_block is null ? 0 : _block.IsSequence ? _block.ValueIndent : _block.Indent) + (_flowDepth * FormatBlock.Step);

    // A comment belongs to the innermost collection that it isn't left of: one that was open before it, or the one that goes on behind it.
    // Where dashes stand in the column of keys, both may be meant: an item that is commented out stays among items.
    private int IndentOfComment(string comment, int column, FormatToken? next)
    {
        if (_flowDepth > 0 || next is { IsFlowEnd: true })
        {
            return FlowIndent + (next is { IsFlowEnd: true } ? FormatBlock.Step : 0);
        }

        (int bestColumn, int indent) = (-1, 0);
        for (FormatBlock? block = _blockOfLast; block is not null; block = block.Parent)
        {
            if (block.OldColumn <= column && block.OldColumn > bestColumn)
            {
                (bestColumn, indent) = (block.OldColumn, block.Indent);
            }
        }

        bool isItem = comment.TrimStart('#', ' ').StartsWith("- ", StringComparison.Ordinal);
        bool isOfNext = next is not null && next.Column <= column && next.Column >= (isItem ? bestColumn + 1 : bestColumn);
        return isOfNext ? IndentOf(next!) : indent;
    }

    private void WriteToken(FormatToken token)
    {
        string raw = _text[token.Start..token.End];
        if (token.IsBlockScalar)
        {
            bool isAtEnd = token.End == _text.Length && raw.Contains('\n', StringComparison.Ordinal);
            BlockScalar.Append(_output, raw, _block?.OldColumn ?? -1, _block?.ValueIndent ?? FormatBlock.Step, isAtEnd, _comments);
            return;
        }

        string[] lines = raw.Split('\n');
        int indent = _flowDepth > 0 ? FlowIndent + FormatBlock.Step : _block?.ValueIndent ?? FormatBlock.Step;
        for (int i = 0; i < lines.Length; i++)
        {
            string line = i == 0 ? lines[i] : lines[i].TrimStart(' ', '\t');
            line = i == lines.Length - 1 ? line : WithoutBlanksAtEnd(line);
            if (i > 0)
            {
                _output.Append('\n').Append(' ', line.Length > 0 ? indent : 0);
            }

            _output.Append(line);
        }
    }

    // Blanks at the end of a folded line mean nothing, unless the first is escaped.
    private static string WithoutBlanksAtEnd(string line)
    {
        string trimmed = line.TrimEnd(' ', '\t');
        return trimmed.EndsWith('\\') ? line : trimmed;
    }
}
