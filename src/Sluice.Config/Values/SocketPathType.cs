using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>The path of the control socket, absolute, since the commands that look for it run in other folders.</summary>
internal sealed class SocketPathType : ScalarType<string>
{
    // sun_path holds 108 bytes, the last of them zero (unix(7)); the socket is made under a name that is up to 16 bytes longer.
    private const int PathBytesMax = 91;

    internal override string Expected => "a path such as `/run/sluice/control.sock`";

    internal override string Name => "socket path";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.AnyText(Name, "/.*[^/]");

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        string? hint = !scalar.Text.StartsWith('/') ? "it must be absolute, such as `/run/sluice/control.sock`"
            : scalar.Text.Contains('\0', StringComparison.Ordinal) || scalar.Text.EndsWith('/') ? "it must name a socket, not a directory"
            : Encoding.UTF8.GetByteCount(scalar.Text) > PathBytesMax ? $"it can have {PathBytesMax} bytes at the most"
            : null;
        problem = hint is null ? null : new ValueProblem(DiagnosticCodes.InvalidSocketPath, $"`{scalar.Text}` is not a path of a socket", hint);
        value = hint is null ? scalar.Text : null;
        return hint is null;
    }
}
