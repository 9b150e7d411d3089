using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Sluice.Cli.Output;

/// <summary>Results as JSON, for programs.</summary>
internal static class JsonOutput
{
    /// <summary>Writes a value to standard output.</summary>
    internal static void Write<T>(T value, JsonTypeInfo<T> type) => Console.Out.WriteLine(JsonSerializer.Serialize(value, type));
}
