using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model.Tls;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>The path of a folder with files to be served, relative to the file it stands in. Whether it is there is for <see cref="Validation.FilesChecks"/>.</summary>
internal sealed class ServedFolderType : ScalarType<FileUseConfig>
{
    internal override string Expected => "a folder such as `./public`";

    internal override string Name => "path";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => SchemaWriter.Text();

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out FileUseConfig? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        bool isPath = scalar.Text.Length > 0 && !scalar.Text.Contains('\0', StringComparison.Ordinal);
        value = isPath ? new FileUseConfig(scalar.Text, scalar.Location) : null;
        problem = isPath ? null : new ValueProblem(DiagnosticCodes.MissingRoot, "this is not the path of a folder", "such as `./public`, relative to this file");
        return isPath;
    }
}
