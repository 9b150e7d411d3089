using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Binding;

/// <summary>A mapping that changes some members of a record, to be applied to a record that is known only later.</summary>
/// <param name="record">The record as a mapping.</param>
internal sealed class ChangesType<T>(ObjectType<T> record) : ConfigType<Func<T, T>>
{
    internal override string Expected => record.Expected;

    internal override string Name => record.Name;

    internal override JsonObject DescribeSchema(SchemaWriter schema) => record.DescribeSchema(schema);

    internal override bool TryRead(YamlNode node, DiagnosticBag diagnostics, [MaybeNullWhen(false)] out Func<T, T> value)
    {
        // Read once now for the findings; a configuration with errors is never applied.
        bool isRead = record.TryRead(node, diagnostics, out _);
        value = isRead ? onto => record.Apply(onto, (MappingNode)node) : null;
        return isRead;
    }
}
