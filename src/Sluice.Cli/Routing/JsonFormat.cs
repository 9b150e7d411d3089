using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sluice.Cli.Routing;

/// <summary>How JSON is written for a terminal.</summary>
internal static class JsonFormat
{
    /// <summary>Indented, and with quotes and signs as they are: it is no part of a web page.</summary>
    internal static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
