using Sluice.Config.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Sluice.Config.Yaml;

/// <summary>YamlDotNet's parser with its exceptions turned into findings and its marks into places.</summary>
internal sealed class EventReader
{
    private readonly SourceText _source;
    private readonly DiagnosticBag _diagnostics;
    private readonly Parser _parser;

    internal EventReader(SourceText source, DiagnosticBag diagnostics)
    {
        _source = source;
        _diagnostics = diagnostics;
        _parser = new Parser(new Scanner(new StringReader(source.Text), skipComments: true));
    }

    internal ParsingEvent Current => _parser.Current!;

    /// <summary>Where the current event stands.</summary>
    internal SourceLocation Location
    {
        get
        {
            int start = Clamp(Current.Start.Index);
            return new SourceLocation(_source, start, Math.Max(0, Clamp(Current.End.Index) - start));
        }
    }

    /// <summary>Moves to the next event; comments and document ends are passed over.</summary>
    /// <returns>False, with a finding, when the text is not YAML.</returns>
    internal bool MoveNext()
    {
        try
        {
            do
            {
                if (!_parser.MoveNext())
                {
                    return false;
                }
            }
            while (Current is DocumentEnd or Comment);

            return true;
        }
        catch (YamlException exception)
        {
            AddSyntaxError(Clamp(exception.Start.Index), exception.Message);
            return false;
        }
#pragma warning disable CA1031 // A bug of the library that a broken file brings to light must not end the program: the file is bad either way.
        catch (Exception exception) when (exception is not OutOfMemoryException)
#pragma warning restore CA1031
        {
            AddSyntaxError(_parser.Current is null ? 0 : Clamp(Current.End.Index), exception.Message);
            return false;
        }
    }

    private void AddSyntaxError(int offset, string message)
    {
        // The parser points at where the construct begins, which may be lines above the tab it complains about.
        bool isAboutTab = message.Contains(" tab", StringComparison.Ordinal) || _source.GetLine(_source.LineOf(offset)).TrimStart(' ').StartsWith("\t");
        int tab = isAboutTab ? SourceCheck.FindTabIndentation(_source, offset) : -1;
        if (tab >= 0)
        {
            _diagnostics.Add(DiagnosticCodes.TabIndentation, "a tab is used to indent", new(_source, tab, 1), "use spaces");
            return;
        }

        string reason = message.Length > 0 ? char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.') : "it can't be read";
        _diagnostics.Add(DiagnosticCodes.InvalidYaml, "not valid YAML: " + reason, new(_source, offset, 1));
    }

    private int Clamp(long offset) => (int)Math.Clamp(offset, 0, _source.Text.Length);
}
