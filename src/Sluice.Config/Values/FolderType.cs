using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>The path of a folder, absolute: the program may be started from anywhere.</summary>
internal sealed class FolderType : ScalarType<string>
{
    internal override string Expected => "a folder such as `/var/tmp`";

    internal override string Name => "folder";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.AnyText(Name, "/.*");

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        bool isFolder = scalar.Text.StartsWith('/') && !scalar.Text.Contains('\0', StringComparison.Ordinal);
        value = isFolder ? scalar.Text : null;
        problem = isFolder ? null : new ValueProblem(DiagnosticCodes.InvalidFolder, $"`{scalar.Text}` is not the path of a folder", "it must be absolute, such as `/var/tmp`");
        return isFolder;
    }
}
