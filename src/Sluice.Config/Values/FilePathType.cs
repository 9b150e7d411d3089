using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model.Tls;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>The path of a file or folder with certificates or keys, relative to the file it stands in.</summary>
internal sealed class FilePathType : ConfigType<FileUseConfig>
{
    internal override string Expected => "a path";

    internal override string Name => "path";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => SchemaWriter.Text();

    internal override bool TryRead(YamlNode node, DiagnosticBag diagnostics, [MaybeNullWhen(false)] out FileUseConfig value)
    {
        value = null;
        if (node is not ScalarNode { IsNull: false } scalar)
        {
            return RefuseKind(node, diagnostics);
        }

        // A key that was written in place of its path must not be shown.
        if (scalar.Text.Length == 0 || scalar.Text.Contains('\0', StringComparison.Ordinal) || scalar.Text.Contains("-----BEGIN", StringComparison.Ordinal))
        {
            scalar.Hide();
            diagnostics.Add(DiagnosticCodes.UnreadableCertificate, "this is not the path of a file", node.Location, "write what it holds to a file, and its path here");
            return false;
        }

        value = new FileUseConfig(scalar.Text, node.Location);
        return true;
    }
}
