using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Yaml;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Values;

/// <summary>The name of an upstream or the URL of a server.</summary>
internal sealed class ProxyTargetType : ConfigType<ProxyConfig>
{
    private static readonly ServerUrlType Url = new();
    private static readonly NameType UpstreamName = new();

    internal override string Expected => "the name of an upstream or a URL";

    internal override string Name => "name or URL";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => SchemaWriter.AnyOf(UpstreamName.DescribeSchema(schema), Url.DescribeSchema(schema));

    internal override bool TryRead(YamlNode node, DiagnosticBag diagnostics, [MaybeNullWhen(false)] out ProxyConfig value)
    {
        value = null;
        if (node is not ScalarNode { IsNull: false } scalar)
        {
            return RefuseKind(node, diagnostics);
        }

        if (ServerUrl.IsUrl(scalar.Text))
        {
            bool isUrl = Url.TryRead(node, diagnostics, out ServerAddress? address);
            value = isUrl ? new ProxyConfig { Servers = [new() { Address = address, Location = node.Location }], Location = node.Location } : null;
            return isUrl;
        }

        if (!NameType.IsName(scalar.Text))
        {
            string? hint = ServerUrl.TryParse("http://" + scalar.Text, out _, out _) ? $"for a server: `http://{scalar.Text}`" : null;
            diagnostics.Add(DiagnosticCodes.InvalidName, $"`{scalar.Text}` is neither the name of an upstream nor a URL", node.Location, hint);
            return false;
        }

        value = new ProxyConfig { UpstreamName = scalar.Text, Location = node.Location };
        return true;
    }
}
