using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Binding;

/// <summary>A value together with what stands in the file instead of it where that has placeholders, so that it can be told without telling a secret.</summary>
/// <param name="inner">The type of the value.</param>
/// <param name="convert">Puts both together; what is written is null where there are no placeholders.</param>
internal sealed class WrittenType<TFrom, T>(ConfigType<TFrom> inner, Func<TFrom, string?, T> convert) : ConfigType<T>
{
    internal override string Expected => inner.Expected;

    internal override string Name => inner.Name;

    internal override JsonObject DescribeSchema(SchemaWriter schema) => inner.DescribeSchema(schema);

    internal override bool TryRead(YamlNode node, DiagnosticBag diagnostics, [MaybeNullWhen(false)] out T value)
    {
        bool isRead = inner.TryRead(node, diagnostics, out TFrom? from);
        value = isRead ? convert(from!, (node as ScalarNode)?.Substitution?.Written) : default;
        return isRead;
    }
}
