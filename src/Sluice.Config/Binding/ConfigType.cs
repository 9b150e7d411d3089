using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Binding;

/// <summary>How a value is written in a file, and how it is read into a <typeparamref name="T"/>. Immutable; one instance serves every use.</summary>
internal abstract class ConfigType<T>
{
    /// <summary>What is expected, with an article, for messages: <c>a duration such as `5s`</c>.</summary>
    internal abstract string Expected { get; }

    /// <summary>The type for the reference, in Markdown: <c>duration</c>.</summary>
    internal abstract string Name { get; }

    /// <summary>What values look like, as JSON Schema: no stricter than what is read without a finding, and as strict as a schema can be.</summary>
    /// <param name="schema">Makes the usual forms and holds what is described only once.</param>
    internal abstract JsonObject DescribeSchema(SchemaWriter schema);

    /// <summary>Reads a value and adds what is wrong with it.</summary>
    /// <returns>False, with at least one finding, when there is nothing to go on with. True may go with findings, too.</returns>
    internal abstract bool TryRead(YamlNode node, DiagnosticBag diagnostics, [MaybeNullWhen(false)] out T value);

    /// <summary>Adds that the value is of another kind.</summary>
    protected bool RefuseKind(YamlNode node, DiagnosticBag diagnostics)
    {
        if (node.IsNull)
        {
            diagnostics.Add(DiagnosticCodes.EmptyValue, $"the value is empty: expected {Expected}", node.Location);
        }
        else
        {
            diagnostics.Add(DiagnosticCodes.WrongKind, $"expected {Expected}, found {node.Kind}", node.Location);
        }

        return false;
    }
}
