using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Yaml;

namespace Sluice.Config.Schema;

/// <summary>A response of which status and content must fit together.</summary>
internal sealed class CheckedRespondType(ConfigType<RespondConfig> inner) : ConfigType<RespondConfig>
{
    // With the fields that are added, half of what the largest buffer of the proxy holds.
    private const int HeadersBytesMax = 64 * 1024;

    internal override string Expected => inner.Expected;

    internal override string Name => inner.Name;

    internal override JsonObject DescribeSchema(SchemaWriter schema) => inner.DescribeSchema(schema);

    internal override bool TryRead(YamlNode node, DiagnosticBag diagnostics, [MaybeNullWhen(false)] out RespondConfig value)
    {
        if (!inner.TryRead(node, diagnostics, out value))
        {
            return false;
        }

        if (value.Status is 204 or 205 or 304 && value.Body is { Length: > 0 })
        {
            diagnostics.Add(DiagnosticCodes.BodyNotAllowed, $"a response with status {value.Status} has no body", PlaceOf(node, "body"), "remove it");
        }

        if (value.Headers.Sum(header => header.Key.Length + header.Value.Length) > HeadersBytesMax)
        {
            diagnostics.Add(DiagnosticCodes.InvalidHeader, "the headers are too large to be sent", PlaceOf(node, "headers"), "64 KiB in all at the most");
        }

        return true;
    }

    private static SourceLocation PlaceOf(YamlNode node, string key) =>
        node is MappingNode mapping ? mapping.Entries.First(entry => entry.Key.Text == key).Key.Location : node.Location;
}
