using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sluice.Certificates.Trust;

namespace Sluice.Cli.Output;

/// <summary>What became of the stores of this machine, for people or for programs.</summary>
internal static class TrustReport
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One line for each store.</summary>
    internal static string WriteText(IReadOnlyList<TrustResult> results)
    {
        int width = results.Max(result => result.Store.Length);
        var text = new StringBuilder();
        foreach (TrustResult result in results)
        {
            // Why something failed goes to standard error.
            bool hasDetail = result.Detail.Length > 0 && result.Outcome != TrustOutcome.Failed;
            text.Append(result.Store.PadRight(width)).Append("  ").Append(WordsOf(result.Outcome)).Append(hasDetail ? $" ({result.Detail})" : "").Append('\n');
        }

        return text.ToString();
    }

    /// <summary>One object with <c>storage</c> and <c>results</c>.</summary>
    internal static string WriteJson(string folder, IReadOnlyList<TrustResult> results)
    {
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            json.WriteString("storage", folder);
            json.WriteStartArray("results");
            foreach (TrustResult result in results)
            {
                json.WriteStartObject();
                json.WriteString("store", result.Store);
                json.WriteString("outcome", JsonNamingPolicy.SnakeCaseLower.ConvertName($"{result.Outcome}"));
                json.WriteString("detail", result.Detail);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(output.ToArray()) + "\n";
    }

    private static string WordsOf(TrustOutcome outcome) => outcome switch
    {
        TrustOutcome.Installed => "trusts it now",
        TrustOutcome.AlreadyInstalled => "trusts it already",
        TrustOutcome.Removed => "trusts it no more",
        TrustOutcome.NotInstalled => "did not trust it",
        _ => "FAILED",
    };
}
