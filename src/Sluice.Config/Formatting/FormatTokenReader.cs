using YamlDotNet.Core;
using YamlDotNet.Core.Tokens;

namespace Sluice.Config.Formatting;

/// <summary>Cuts a text that is known to be YAML, with LF line ends, into tokens. What lies between them are blanks, line ends and comments.</summary>
internal static class FormatTokenReader
{
    /// <summary>The tokens in their order.</summary>
    /// <exception cref="YamlException">It is not YAML after all.</exception>
    internal static IEnumerable<FormatToken> Read(string text)
    {
        var scanner = new Scanner(new StringReader(text), skipComments: true);
        while (scanner.MoveNext())
        {
            Token token = scanner.Current!;
            if (token is not (StreamStart or StreamEnd))
            {
                yield return Place(text, token);
            }
        }
    }

    private static FormatToken Place(string text, Token token)
    {
        int start = (int)Math.Min(token.Start.Index, text.Length);
        int end = (int)Math.Min(token.End.Index, text.Length);
        int lineStart = start == 0 ? 0 : text.LastIndexOf('\n', start - 1) + 1;

        // The marks of these don't cover them.
        if (token is VersionDirective or TagDirective)
        {
            start = lineStart;
            end = lineStart + text[lineStart..].Split('\n', '#')[0].TrimEnd().Length;
        }
        else if (token is DocumentEnd)
        {
            end = start + "...".Length;
        }
        else if (token is FlowMappingStart or FlowSequenceStart or FlowMappingEnd or FlowSequenceEnd)
        {
            end = start + 1;
        }

        var placed = new FormatToken(token, start, end, start - lineStart);
        return placed.IsBlockScalar ? placed with { End = BlockScalar.EndOf(text, start, end) } : placed;
    }
}
