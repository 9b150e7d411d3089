using System.Buffers;
using System.Text.Json;

namespace Sluice.Certificates.Acme;

/// <summary>JSON as this project writes it, and members of it as they are read: what isn't of the expected type counts as absent.</summary>
internal static class JsonText
{
    /// <summary>An object with the members that the callback writes.</summary>
    public static byte[] Object(Action<Utf8JsonWriter> members, bool indented = false)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = indented }))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a whole text.</summary>
    /// <exception cref="JsonException">It is no JSON, or nested too deep.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> text)
    {
        using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 16 });
        return document.RootElement.Clone();
    }

    /// <summary>A member that is a text.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>A member that is an absolute URL.</summary>
    public static Uri? Address(this JsonElement element, string name) =>
        Uri.TryCreate(element.Text(name), UriKind.Absolute, out Uri? uri) ? uri : null;

    /// <summary>A member that is a time (RFC 3339).</summary>
    public static DateTimeOffset? Instant(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.String } value && value.TryGetDateTimeOffset(out DateTimeOffset time) ? time : null;

    /// <summary>The elements of a member that is an array; none if it isn't.</summary>
    public static IEnumerable<JsonElement> Elements(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray() : [];

    /// <summary>A member, of whatever type.</summary>
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) ? value : null;
}
