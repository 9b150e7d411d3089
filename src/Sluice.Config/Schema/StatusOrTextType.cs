using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Yaml;

namespace Sluice.Config.Schema;

/// <summary>The short form of <c>respond</c>: a number is a status, anything else a text.</summary>
internal sealed class StatusOrTextType(ConfigType<RespondConfig> status, ConfigType<RespondConfig> text) : ConfigType<RespondConfig>
{
    internal override string Expected => "a status or a text";

    internal override string Name => "status or text";

    internal override JsonObject DescribeSchema(SchemaWriter schema)
    {
        JsonObject written = SchemaWriter.Text();
        written["not"] = new JsonObject { ["type"] = "integer", ["minimum"] = 0 };
        return SchemaWriter.AnyOf(status.DescribeSchema(schema), written);
    }

    internal override bool TryRead(YamlNode node, DiagnosticBag diagnostics, [MaybeNullWhen(false)] out RespondConfig value)
    {
        bool isNumber = node is ScalarNode { IsPlain: true, Text.Length: > 0 } scalar && scalar.Text.All(char.IsAsciiDigit);
        return (isNumber ? status : text).TryRead(node, diagnostics, out value);
    }
}
