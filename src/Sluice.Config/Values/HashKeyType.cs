using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Yaml;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Config.Values;

/// <summary>The value of a request that a choice follows from: a word, a mapping that names it, or a text with variables.</summary>
/// <param name="words">The words.</param>
/// <param name="mapping">The mapping.</param>
internal sealed class HashKeyType(WordType<StickyKeyPlan> words, ObjectType<StickyKeyPlan> mapping) : ConfigType<StickyKeyPlan>
{
    private readonly TemplateType _template = new(TemplateScope.Request);
    private readonly FormsType<StickyKeyPlan> _named = new() { Scalar = words, Mapping = mapping };

    internal override string Expected => $"{_named.Expected} or a text with variables";

    internal override string Name => $"{_named.Name} or template";

    internal override JsonObject DescribeSchema(SchemaWriter schema) =>
        SchemaWriter.AnyOf(_named.DescribeSchema(schema), schema.Text("text with a variable", "[^]*\\{[^]*"));

    internal override bool TryRead(YamlNode node, DiagnosticBag diagnostics, [MaybeNullWhen(false)] out StickyKeyPlan value)
    {
        // Without quotes a text that begins with a brace is a mapping without values, which the template's type knows.
        bool isTemplate = node is ScalarNode { IsNull: false } scalar ? scalar.Text.Contains('{', StringComparison.Ordinal) : node is MappingNode { Entries: [{ Value.IsNull: true }] };
        if (!isTemplate)
        {
            return _named.TryRead(node, diagnostics, out value);
        }

        value = null;
        if (!_template.TryRead(node, diagnostics, out TemplateConfig? template))
        {
            return false;
        }

        if (template.Value.IsFixed)
        {
            diagnostics.Add(DiagnosticCodes.InvalidTemplate, "the text has no variable: it is the same for every request", node.Location, "such as `{header.x-tenant}`");
            return false;
        }

        value = StickyKeyPlan.Of(template.Value);
        return true;
    }
}
