using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Tests.JsonSchemas;

/// <summary>A file as an editor sees it: the values of YAML's core schema (1.2, section 10.3.2) as JSON.</summary>
internal static partial class YamlAsJson
{
    /// <summary>Reads a text.</summary>
    /// <returns>False when there is nothing that could be checked against a schema.</returns>
    internal static bool TryRead(string text, out JsonNode? value)
    {
        var diagnostics = new DiagnosticBag();
        YamlNode? root = YamlReader.Read(new SourceText("text", text), diagnostics, new YamlBudget(), placeholders: null);
        bool isTree = root is not null && !diagnostics.HasErrors;
        value = isTree ? Convert(root!) : null;
        return isTree;
    }

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        MappingNode mapping => new JsonObject(mapping.Entries.Select(entry => KeyValuePair.Create(entry.Key.Text, Convert(entry.Value)))),
        SequenceNode sequence => new JsonArray([.. sequence.Items.Select(Convert)]),
        ScalarNode { IsNull: true } => null,
        ScalarNode { IsPlain: true } scalar => ConvertPlain(scalar.Text),
        ScalarNode scalar => scalar.Text,
        _ => throw new NotSupportedException(node.Kind),
    };

    private static JsonNode ConvertPlain(string text) =>
        text is "true" or "True" or "TRUE" ? true
        : text is "false" or "False" or "FALSE" ? false
        : IsNumber().IsMatch(text) ? decimal.Parse(text, System.Globalization.NumberStyles.Float)
        : text;

    // Up to what a decimal holds; longer ones are out of every range anyway.
    [GeneratedRegex("^[-+]?[0-9]{1,20}(\\.[0-9]{1,5})?$")]
    private static partial Regex IsNumber();
}
