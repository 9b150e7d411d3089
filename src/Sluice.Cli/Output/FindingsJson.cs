using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sluice.Config;
using Sluice.Config.Diagnostics;

namespace Sluice.Cli.Output;

/// <summary>What was found about a configuration, as JSON for editors and scripts.</summary>
internal static class FindingsJson
{
    // It goes to a pipe or terminal, not into a page: quotes and backticks stay readable. Control characters are escaped all the same.
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One object with <c>ok</c>, <c>file</c> and <c>findings</c>.</summary>
    internal static string Write(string path, ConfigResult result)
    {
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            json.WriteBoolean("ok", !result.HasErrors);
            json.WriteString("file", path);
            json.WriteStartArray("findings");
            foreach (Diagnostic finding in result.Diagnostics)
            {
                WriteFinding(json, finding);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static void WriteFinding(Utf8JsonWriter json, Diagnostic finding)
    {
        json.WriteStartObject();
        json.WriteString("code", finding.Code.Id);
        json.WriteString("severity", finding.IsError ? "error" : "warning");
        WritePlace(json, finding.Location);
        json.WriteString("message", finding.Message);
        json.WriteString("hint", finding.Hint);
        json.WriteStartArray("valid_here");
        foreach (string word in finding.ValidHere)
        {
            json.WriteStringValue(word);
        }

        json.WriteEndArray();
        if (finding.Related is { } related)
        {
            json.WriteStartObject("related");
            json.WriteString("message", related.Text);
            WritePlace(json, related.Location);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WritePlace(Utf8JsonWriter json, SourceLocation? place)
    {
        if (place is null)
        {
            json.WriteNull("file");
            json.WriteNull("line");
            json.WriteNull("column");
            return;
        }

        json.WriteString("file", place.Source.FileName);
        json.WriteNumber("line", place.Line);
        json.WriteNumber("column", place.Column);
    }
}
