using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Binding;

/// <summary>A mapping whose keys are chosen by the user.</summary>
/// <param name="noun">What an entry is, without article, for the reference.</param>
/// <param name="keyType">How a key is written.</param>
/// <param name="valueType">How a value is written.</param>
/// <param name="combine">Joins a key, its place and its value, which is null when it could not be read: the name is known even then.</param>
internal sealed class MapType<TKey, TValue, T>(
    string noun, ConfigType<TKey> keyType, ConfigType<TValue> valueType, Func<TKey, SourceLocation, TValue?, T> combine)
    : ConfigType<IReadOnlyList<T>>
{
    internal override string Expected => "a mapping";

    internal override string Name => $"mapping of {noun}";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => new()
    {
        ["type"] = "object",
        ["propertyNames"] = keyType.DescribeSchema(schema),
        ["additionalProperties"] = valueType.DescribeSchema(schema),
    };

    internal override bool TryRead(YamlNode node, DiagnosticBag diagnostics, [MaybeNullWhen(false)] out IReadOnlyList<T> value)
    {
        value = null;
        if (node is not MappingNode mapping)
        {
            return RefuseKind(node, diagnostics);
        }

        var items = new List<T>(mapping.Entries.Count);
        foreach (MappingEntry entry in mapping.Entries)
        {
            // Both are read whatever comes of the other, so that all errors are found.
            bool hasKey = keyType.TryRead(entry.Key, diagnostics, out TKey? key);
            bool hasValue = valueType.TryRead(entry.Value, diagnostics, out TValue? read);
            if (hasKey)
            {
                items.Add(combine(key!, entry.Key.Location, hasValue ? read : default));
            }
        }

        value = items;
        return true;
    }
}
