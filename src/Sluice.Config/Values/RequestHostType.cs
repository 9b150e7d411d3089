using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>The host that a request of Sluice's own names: a name or an address, and maybe a port.</summary>
internal sealed class RequestHostType : ScalarType<string>
{
    private const int LastPort = 65_535;

    internal override string Expected => "a host such as `app.internal`";

    internal override string Name => "host";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.Text("host to ask for", """([0-9A-Za-z._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?""");

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        value = scalar.Text;
        int colon = value.LastIndexOf(':');
        bool hasPort = colon > value.LastIndexOf(']');
        bool isValid = HostName.IsHost(hasPort ? value[..colon] : value) && (!hasPort || IsPort(value[(colon + 1)..]));
        problem = isValid ? null : new ValueProblem(DiagnosticCodes.InvalidHostPattern, $"`{value}` is not a host to ask for", "a name or an address, and maybe `:port`");
        return isValid;
    }

    private static bool IsPort(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is >= 1 and <= LastPort;
}
