using System.Diagnostics.CodeAnalysis;
using Sluice.Http.Http1;
using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Templates;

/// <summary>
/// Text with variables such as <c>{client.ip}</c> or <c>{header.user-agent}</c>: parsed once, when a configuration is loaded, and written out as bytes
/// for each request without an allocation. Equal if the text and its variables are. May be used from any thread.
/// </summary>
/// <param name="Text">The text as the operator wrote it.</param>
/// <param name="Parts">Its pieces, none of them empty text.</param>
/// <remarks>
/// <code>
/// if (Template.TryParse(text, TemplateScope.Response, TemplateSyntax.Content, out Template? template, out TemplateProblem? problem)) ...   // at load
/// template.Write(ref writer, exchange, TemplateEncoding.Html);                                                                          // per request
/// </code>
/// In a configuration: <c>Sluice.Config.Values.TemplateType</c> reads one and tells what is wrong with it at its place.
/// </remarks>
public sealed record Template(string Text, PlanList<TemplatePart> Parts)
{
    /// <summary>Whether there is no variable in it, so that it is the same for every request.</summary>
    public bool IsFixed => Parts.Count == 0 || (Parts.Count == 1 && Parts[0].Variable == TemplateVariable.None);

    /// <summary>Parses a text.</summary>
    /// <param name="text">The text; what is not a variable is kept as UTF-8.</param>
    /// <param name="scope">What is known where it is used.</param>
    /// <param name="syntax">How braces are read.</param>
    /// <param name="template">The template, unless there is a problem.</param>
    /// <param name="problem">The first thing that is wrong.</param>
    public static bool TryParse(
        string text,
        TemplateScope scope,
        TemplateSyntax syntax,
        [NotNullWhen(true)] out Template? template,
        [NotNullWhen(false)] out TemplateProblem? problem)
    {
        var parser = new TemplateParser(text, scope, syntax);
        problem = parser.Parse();
        template = problem is null ? new Template(text, parser.Parts) : null;
        return template is not null;
    }

    /// <summary>Parses a text that is known to be right, such as a constant, or one that was checked before.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static Template Parse(string text, TemplateScope scope, TemplateSyntax syntax = TemplateSyntax.Value) =>
        TryParse(text, scope, syntax, out Template? template, out TemplateProblem? problem) ? template : throw new ArgumentException(problem.Message, nameof(text));

    /// <summary>Writes the text with the values that the variables have now. Does not allocate.</summary>
    /// <param name="writer">Takes it; <see cref="HeadWriter.Overflowed"/> tells when its memory is too small, and then it has to be written again into more.</param>
    /// <param name="source">The exchange.</param>
    /// <param name="encoding">How values are made harmless. Fixed text is written as it is: it has to be checked where the template is read.</param>
    public void Write(ref HeadWriter writer, ITemplateSource source, TemplateEncoding encoding)
    {
        foreach (ref readonly TemplatePart part in Parts.Span)
        {
            if (part.Variable != TemplateVariable.None)
            {
                TemplateValues.Append(ref writer, source, part, encoding);
            }
            else
            {
                writer.Append(part.Text.Span);
            }

            if (encoding == TemplateEncoding.Uri && EndsPath(part, source))
            {
                encoding = TemplateEncoding.Query;
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static bool EndsPath(in TemplatePart part, ITemplateSource source) =>
        part.Variable == TemplateVariable.Uri ? source.Request.HasQuery
        : part.Variable == TemplateVariable.None && part.Text.Span.ContainsAny((byte)'?', (byte)'#');
}
