using System.Text;
using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Templates;

/// <summary>Takes a template's text apart.</summary>
internal sealed class TemplateParser(string text, TemplateScope scope, TemplateSyntax syntax)
{
    private readonly List<TemplatePart> _parts = [];
    private readonly StringBuilder _fixed = new();

    /// <summary>The pieces, once parsed.</summary>
    public PlanList<TemplatePart> Parts => [.. _parts];

    /// <summary>Parses, and returns the first problem.</summary>
    public TemplateProblem? Parse()
    {
        for (int i = 0; i < text.Length;)
        {
            TemplateProblem? problem = syntax == TemplateSyntax.Content ? StepInContent(ref i) : StepInValue(ref i);
            if (problem is not null)
            {
                return problem;
            }
        }

        CloseFixed();
        return null;
    }

    private static bool IsNameChar(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-';

    private TemplateProblem? StepInValue(ref int at)
    {
        char letter = text[at];
        if (letter is not ('{' or '}'))
        {
            _fixed.Append(letter);
            at++;
            return null;
        }

        if (at + 1 < text.Length && text[at + 1] == letter)
        {
            _fixed.Append(letter);
            at += 2;
            return null;
        }

        int end = letter == '{' ? text.IndexOf('}', at) : -1;
        if (end < 0)
        {
            return letter == '{'
                ? new TemplateProblem("the variable that begins with `{` has no end", at, text.Length - at) { Hint = "a brace itself is written twice: `{{`" }
                : new TemplateProblem("`}` ends no variable", at, 1) { Hint = "a brace itself is written twice: `}}`" };
        }

        TemplateProblem? problem = AddVariable(at, text[(at + 1)..end]);
        at = end + 1;
        return problem;
    }

    private TemplateProblem? StepInContent(ref int at)
    {
        int end = at + 1;
        if (text[at] == '{' && end < text.Length && char.IsAsciiLetter(text[end]))
        {
            while (end < text.Length && IsNameChar(text[end]))
            {
                end++;
            }

            if (end < text.Length && text[end] == '}')
            {
                TemplateProblem? problem = AddVariable(at, text[(at + 1)..end]);
                at = end + 1;
                return problem;
            }
        }

        _fixed.Append(text[at]);
        at++;
        return null;
    }

    private TemplateProblem? AddVariable(int start, string name)
    {
        int length = name.Length + 2;
        TemplateVariableInfo? info = TemplateVariables.Find(name, out string argument);
        if (info is null)
        {
            string message = name.Length == 0 ? "the variable between the braces has no name" : $"there is no variable `{{{name}}}`";
            return new TemplateProblem(message, start, length) { UnknownName = name };
        }

        if (info.Scope > scope)
        {
            string when = info.Scope == TemplateScope.Server ? "before a server is picked" : "before there is a response";
            return new TemplateProblem($"the variable `{{{name}}}` is not known {when}", start, length) { UnknownName = name };
        }

        if (argument.Any(letter => letter is <= ' ' or > '~' or '{' or '='))
        {
            return new TemplateProblem($"`{argument}` is not a name", start, length) { Hint = "no spaces, and ASCII only" };
        }

        CloseFixed();
        bool isSegment = info.Variable == TemplateVariable.PathSegment;
        PlanList<byte> bytes = isSegment ? [] : [.. Encoding.ASCII.GetBytes(argument)];
        _parts.Add(new TemplatePart(info.Variable, bytes, isSegment ? int.Parse(argument, System.Globalization.CultureInfo.InvariantCulture) : 0));
        return null;
    }

    private void CloseFixed()
    {
        if (_fixed.Length > 0)
        {
            _parts.Add(new TemplatePart(TemplateVariable.None, [.. Encoding.UTF8.GetBytes(_fixed.ToString())], 0));
            _fixed.Clear();
        }
    }
}
