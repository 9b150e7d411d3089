using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>The name of an upstream or the URL of a server that copies go to, or <c>off</c>.</summary>
internal sealed class MirrorTargetType : ConfigType<MirrorConfig>
{
    private const string Off = "off";

    private static readonly ProxyTargetType Target = new();

    internal override string Expected => $"{Target.Expected}, or `{Off}`";

    internal override string Name => $"{Target.Name} or `{Off}`";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => Target.DescribeSchema(schema);

    internal override bool TryRead(YamlNode node, DiagnosticBag diagnostics, [MaybeNullWhen(false)] out MirrorConfig value)
    {
        if (node is ScalarNode { Text: Off })
        {
            value = new MirrorConfig { IsOff = true, Location = node.Location };
            return true;
        }

        bool isTarget = Target.TryRead(node, diagnostics, out ProxyConfig? target);
        value = isTarget ? new MirrorConfig { To = target, Location = node.Location } : null;
        return isTarget;
    }
}
