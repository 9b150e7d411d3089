using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Binding;

/// <summary>A value that is written as one word or text.</summary>
internal abstract class ScalarType<T> : ConfigType<T>
{
    /// <inheritdoc/>
    /// <remarks>Any text, unless a type says more.</remarks>
    internal override JsonObject DescribeSchema(SchemaWriter schema) => SchemaWriter.Text();

    internal sealed override bool TryRead(YamlNode node, DiagnosticBag diagnostics, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (node is not ScalarNode scalar || scalar.IsNull)
        {
            return RefuseKind(node, diagnostics);
        }

        if (TryParse(scalar, out value, out ValueProblem? problem))
        {
            return true;
        }

        diagnostics.Add(problem.ToDiagnostic(scalar.Location));
        return false;
    }

    /// <summary>Reads the text of a scalar that is not null.</summary>
    protected abstract bool TryParse(ScalarNode scalar, [MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out ValueProblem? problem);
}
