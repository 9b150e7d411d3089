using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Values;
using Sluice.Config.Yaml;

namespace Sluice.Config.Schema;

/// <summary>A status that goes with content.</summary>
internal sealed class ErrorPageStatusType : ConfigType<int>
{
    private static readonly IntegerType Status = new(200, 599);

    internal override string Expected => Status.Expected;

    internal override string Name => Status.Name;

    internal override JsonObject DescribeSchema(SchemaWriter schema) => Status.DescribeSchema(schema);

    internal override bool TryRead(YamlNode node, DiagnosticBag diagnostics, [MaybeNullWhen(false)] out int value)
    {
        if (!Status.TryRead(node, diagnostics, out value))
        {
            return false;
        }

        if (value is 204 or 205 or 304)
        {
            diagnostics.Add(DiagnosticCodes.BodyNotAllowed, $"a response with status {value} has no body", node.Location, "take another status");
        }

        return true;
    }
}
