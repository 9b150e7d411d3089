using System.Text.Json;

namespace Sluice.TestKit.Proxy;

/// <summary>One line of the access log.</summary>
/// <param name="Line">The line without its end.</param>
/// <param name="Json">Its object.</param>
public sealed record AccessLogEntry(string Line, JsonElement Json)
{
    /// <summary>The status.</summary>
    public int Status => (int)Number("status");

    /// <summary>The reason it did not end well, or null.</summary>
    public string? Error => Text("error");

    /// <summary>The path, or null.</summary>
    public string? Path => Text("path");

    /// <summary>A text, or null when it is absent.</summary>
    public string? Text(string name) =>
        Json.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : null;

    /// <summary>A number.</summary>
    /// <exception cref="KeyNotFoundException">It is absent.</exception>
    public double Number(string name) => Json.GetProperty(name).GetDouble();

    /// <inheritdoc/>
    public override string ToString() => Line;
}
