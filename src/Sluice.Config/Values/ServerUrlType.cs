using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Yaml;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Values;

/// <summary>The URL of a server.</summary>
internal sealed class ServerUrlType : ScalarType<ServerAddress>
{
    internal override string Expected => "a URL such as `http://10.0.0.1:8080`";

    internal override string Name => "URL";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.Text(Name, """([Ss][Rr][Vv]\+)?[Hh][Tt][Tt][Pp][Ss]?://[^/?#@\s]+/?|unix:/[^\u0000]*[^/\u0000]""");

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out ServerAddress? value, [NotNullWhen(false)] out ValueProblem? problem) =>
        ServerUrl.TryParse(scalar.Text, out value, out problem);
}
