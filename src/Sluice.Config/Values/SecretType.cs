using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>A text that nobody may see: neither in messages, nor in the lines beside them, nor where the configuration is shown.</summary>
internal sealed class SecretType : ConfigType<string>
{
    internal override string Expected => "a secret such as `${file:/run/secrets/key}`";

    internal override string Name => "secret";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => SchemaWriter.Text();

    internal override bool TryRead(YamlNode node, DiagnosticBag diagnostics, [MaybeNullWhen(false)] out string value)
    {
        value = null;
        if (node is not ScalarNode { IsNull: false } scalar)
        {
            return RefuseKind(node, diagnostics);
        }

        scalar.Hide();
        if (scalar.Text.Length == 0)
        {
            diagnostics.Add(DiagnosticCodes.EmptyValue, $"the value is empty: expected {Expected}", node.Location);
            return false;
        }

        value = scalar.Text;
        return true;
    }
}
