using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Binding;

/// <summary>A value read as another type and turned into the wanted one, such as a single value into a list of one.</summary>
/// <param name="inner">The type as written.</param>
/// <param name="convert">The conversion; gets the place of the value, too.</param>
internal sealed class ConvertedType<TFrom, T>(ConfigType<TFrom> inner, Func<TFrom, SourceLocation, T> convert) : ConfigType<T>
{
    internal override string Expected => inner.Expected;

    internal override string Name => inner.Name;

    internal override JsonObject DescribeSchema(SchemaWriter schema) => inner.DescribeSchema(schema);

    internal override bool TryRead(YamlNode node, DiagnosticBag diagnostics, [MaybeNullWhen(false)] out T value)
    {
        bool isRead = inner.TryRead(node, diagnostics, out TFrom? from);
        value = isRead ? convert(from!, node.Location) : default;
        return isRead;
    }
}
