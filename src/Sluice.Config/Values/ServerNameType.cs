using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>The name of a server in its certificate: a host name or an IP address.</summary>
internal sealed class ServerNameType : ScalarType<string>
{
    internal override string Expected => "a host such as `api.internal`";

    internal override string Name => "host";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.Text("server name", """[0-9A-Za-z._-]+|\[[0-9A-Fa-f:.]+\]""");

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        bool isHost = HostName.IsHost(scalar.Text);
        value = isHost ? scalar.Text.Trim('[', ']').ToLowerInvariant() : null;
        problem = isHost ? null : new ValueProblem(DiagnosticCodes.InvalidHostPattern, $"`{scalar.Text}` is not a host", "a name or an address, without a port");
        return isHost;
    }
}
