using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Values;
using Sluice.Config.Yaml;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Schema;

/// <summary>A header to be left out: its name, or the beginning of names and a <c>*</c>.</summary>
internal sealed class RemovedHeaderType(EditedHeaderNameType name) : ConfigType<HeaderEditConfig>
{
    internal override string Expected => "a header name, or the beginning of names such as `x-internal-*`";

    internal override string Name => "header name or `beginning*`";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => SchemaWriter.Text();

    internal override bool TryRead(YamlNode node, DiagnosticBag diagnostics, [MaybeNullWhen(false)] out HeaderEditConfig value)
    {
        value = null;
        if (node is not ScalarNode { IsNull: false } scalar)
        {
            return RefuseKind(node, diagnostics);
        }

        bool isPrefix = scalar.Text is [_, .., '*'];
        ScalarNode written = isPrefix ? new ScalarNode(scalar.Text[..^1], scalar.IsPlain, scalar.Location) : scalar;
        if (!name.TryRead(written, diagnostics, out string? read))
        {
            return false;
        }

        value = new HeaderEditConfig(isPrefix ? HeaderOperation.RemovePrefix : HeaderOperation.Remove, read, [], scalar.Location);
        return true;
    }
}
