using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Schema;

namespace Sluice.Config.Reference;

/// <summary>Writes the JSON Schema of a configuration from the tables that the program itself reads by, for editors.</summary>
public static class JsonSchemaReference
{
    // Nothing of it ends up in a page, so only what JSON itself needs is escaped: patterns and prose stay readable.
    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The whole document, draft 2020-12, ended by a line feed.</summary>
    public static string Write()
    {
        var schema = new SchemaWriter();
        JsonObject root = ConfigSchema.Type.DescribeSchema(schema);
        var document = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Sluice configuration",
            ["$comment"] = "Generated from src/Sluice.Config/Schema; a test keeps it up to date. Print it with: sluice schema",
        };
        foreach ((string key, JsonNode? value) in root)
        {
            document[key] = value?.DeepClone();
        }

        document["$defs"] = schema.Definitions;
        return document.ToJsonString(Layout) + "\n";
    }
}
