using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Binding;

/// <summary>A list of at least one value.</summary>
internal sealed class ListType<T>(ConfigType<T> item) : ConfigType<IReadOnlyList<T>>
{
    internal override string Expected => "a list";

    internal override string Name => $"list of {item.Name}";

    internal override JsonObject DescribeSchema(SchemaWriter schema) =>
        new() { ["type"] = "array", ["items"] = item.DescribeSchema(schema), ["minItems"] = 1 };

    internal override bool TryRead(YamlNode node, DiagnosticBag diagnostics, [MaybeNullWhen(false)] out IReadOnlyList<T> value)
    {
        value = null;
        if (node is not SequenceNode sequence)
        {
            return RefuseKind(node, diagnostics);
        }

        if (sequence.Items.Count == 0)
        {
            diagnostics.Add(DiagnosticCodes.EmptyValue, "the list is empty", node.Location);
            return false;
        }

        var items = new List<T>(sequence.Items.Count);
        foreach (YamlNode entry in sequence.Items)
        {
            if (item.TryRead(entry, diagnostics, out T? read))
            {
                items.Add(read);
            }
        }

        value = items;
        return true;
    }
}
