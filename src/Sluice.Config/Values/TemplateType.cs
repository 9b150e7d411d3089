using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Yaml;
using Sluice.Proxy.Templates;

namespace Sluice.Config.Values;

/// <summary>A text with variables.</summary>
/// <param name="scope">What is known where it is used.</param>
/// <param name="syntax">How braces are read.</param>
internal class TemplateType(TemplateScope scope, TemplateSyntax syntax = TemplateSyntax.Value) : ConfigType<TemplateConfig>
{
    internal override string Expected => "a text";

    internal override string Name => "template";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => SchemaWriter.Text();

    internal override bool TryRead(YamlNode node, DiagnosticBag diagnostics, [MaybeNullWhen(false)] out TemplateConfig value)
    {
        value = null;
        if (node is MappingNode { Entries: [{ Value.IsNull: true }] })
        {
            diagnostics.Add(DiagnosticCodes.WrongKind, $"expected {Expected}, found a mapping", node.Location, "a template that begins with a brace goes in quotes");
            return false;
        }

        if (node is not ScalarNode { IsNull: false } scalar)
        {
            return RefuseKind(node, diagnostics);
        }

        if (!Template.TryParse(scalar.Text, scope, syntax, out Template? template, out TemplateProblem? problem))
        {
            diagnostics.Add(Describe(problem, scalar));
            return false;
        }

        if (FindFixedTextProblem(template) is { } found)
        {
            diagnostics.Add(found.ToDiagnostic(scalar.Location));
            return false;
        }

        value = new TemplateConfig(template, scalar.Location);
        return true;
    }

    /// <summary>What is wrong with the text around the variables, if anything; null when it is fine.</summary>
    protected virtual ValueProblem? FindFixedTextProblem(Template template) => null;

    private Diagnostic Describe(TemplateProblem problem, ScalarNode scalar)
    {
        SourceLocation place = PlaceIn(scalar, problem.Offset, problem.Length);
        if (problem.UnknownName is not { } name)
        {
            return new Diagnostic(DiagnosticCodes.InvalidTemplate, problem.Message, place) { Hint = problem.Hint };
        }

        List<string> known = [.. TemplateVariables.NamesIn(scope)];
        string? nearest = NearestWord.Find(name, known.Where(word => word != name));
        return new Diagnostic(DiagnosticCodes.UnknownVariable, problem.Message, place)
        {
            Hint = nearest is null ? null : $"did you mean `{{{nearest}}}`?",
            ValidHere = known,
        };
    }

    // Within a text that stands in the file as it is; one with escapes or folded lines is pointed at as a whole.
    private static SourceLocation PlaceIn(ScalarNode scalar, int offset, int length)
    {
        SourceLocation place = scalar.Location;
        ReadOnlySpan<char> written = place.Source.Text.AsSpan(place.Offset, place.Length);
        int start = written.IndexOf(scalar.Text, StringComparison.Ordinal);
        return start is 0 or 1 ? place with { Offset = place.Offset + start + offset, Length = length } : place;
    }
}
