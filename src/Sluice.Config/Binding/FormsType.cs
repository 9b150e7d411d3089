using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Binding;

/// <summary>A value with short and long forms, told apart by their kind: a text or number, a list, a mapping.</summary>
internal sealed class FormsType<T> : ConfigType<T>
{
    /// <summary>The form of a text or number, if there is one.</summary>
    internal ConfigType<T>? Scalar { get; init; }

    /// <summary>The form of a list, if there is one.</summary>
    internal ConfigType<T>? Sequence { get; init; }

    /// <summary>The form of a mapping, if there is one.</summary>
    internal ConfigType<T>? Mapping { get; init; }

    internal override string Expected => string.Join(" or ", Forms.Select(form => form.Expected).Distinct());

    internal override string Name => string.Join(" or ", Forms.Select(form => form.Name).Distinct());

    private IEnumerable<ConfigType<T>> Forms => new[] { Scalar, Sequence, Mapping }.OfType<ConfigType<T>>();

    internal override JsonObject DescribeSchema(SchemaWriter schema) => SchemaWriter.AnyOf(Forms.Select(form => form.DescribeSchema(schema)));

    internal override bool TryRead(YamlNode node, DiagnosticBag diagnostics, [MaybeNullWhen(false)] out T value)
    {
        ConfigType<T>? form = node switch
        {
            ScalarNode { IsNull: false } => Scalar,
            SequenceNode => Sequence,
            MappingNode => Mapping,
            _ => null,
        };
        value = default;
        return form is null ? RefuseKind(node, diagnostics) : form.TryRead(node, diagnostics, out value);
    }
}
