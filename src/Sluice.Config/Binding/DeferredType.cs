using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Binding;

/// <summary>A type that is known only later, because it contains itself.</summary>
/// <param name="get">Gets it; called when a value is read.</param>
internal sealed class DeferredType<T>(Func<ConfigType<T>> get) : ConfigType<T>
{
    internal override string Expected => get().Expected;

    internal override string Name => get().Name;

    internal override JsonObject DescribeSchema(SchemaWriter schema) => get().DescribeSchema(schema);

    internal override bool TryRead(YamlNode node, DiagnosticBag diagnostics, [MaybeNullWhen(false)] out T value) =>
        get().TryRead(node, diagnostics, out value);
}
