using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using System.Net;
using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>An address to listen on.</summary>
internal sealed class ListenAddressType : ScalarType<ListenerConfig>
{
    internal override string Expected => "an address such as `:8080`";

    internal override string Name => "address";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => SchemaWriter.AnyOf(
        schema.Text(Name, """((\*|localhost|[0-9.]+|\[[0-9A-Fa-f:.]+\])?:)?[0-9]{1,5}|unix:/[^\u0000]*[^/\u0000]"""),
        new JsonObject { ["type"] = "integer", ["minimum"] = 0, ["maximum"] = ushort.MaxValue });

    protected override bool TryParse(
        ScalarNode scalar, [NotNullWhen(true)] out ListenerConfig? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        bool isAddress = ListenAddress.TryParse(scalar.Text, out EndPoint? endPoint, out problem);
        value = isAddress ? new ListenerConfig { EndPoint = endPoint, Text = scalar.Text, Location = scalar.Location } : null;
        return isAddress;
    }
}
