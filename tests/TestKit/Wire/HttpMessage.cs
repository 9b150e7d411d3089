namespace Sluice.TestKit.Wire;

/// <summary>A message as the scripted peers read it: nothing is normalised.</summary>
public abstract record HttpMessage
{
    /// <summary>The first line without its end.</summary>
    public required string StartLine { get; init; }

    /// <summary>The field lines in their order.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Fields { get; init; }

    /// <summary>The decoded content; empty until it is read.</summary>
    public byte[] Content { get; init; } = [];

    /// <summary>The trailer fields.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Trailers { get; init; } = [];

    /// <summary><see cref="Content"/> with a character for each byte.</summary>
    public string Text => Bytes.Text(Content);

    /// <summary>The only value of a field, or null when it isn't there.</summary>
    /// <exception cref="InvalidOperationException">The field is there more than once.</exception>
    public string? this[string name] => All(name) switch
    {
        [] => null,
        [string only] => only,
        _ => throw new InvalidOperationException($"The field {name} is there more than once in:\n{this}"),
    };

    /// <summary>All values of a field.</summary>
    public IReadOnlyList<string> All(string name) => ValuesOf(Fields, name);

    /// <summary>The only value of a trailer field, or null.</summary>
    public string? Trailer(string name) => ValuesOf(Trailers, name).SingleOrDefault();

    /// <summary>Whether a field is there.</summary>
    public bool Has(string name) => All(name).Count > 0;

    /// <summary>Whether the message is framed as chunked.</summary>
    public bool IsChunked => string.Equals(this["Transfer-Encoding"], "chunked", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override string ToString() => StartLine + "\n" + string.Join('\n', Fields.Select(field => $"{field.Key}: {field.Value}"));

    private static List<string> ValuesOf(IEnumerable<KeyValuePair<string, string>> fields, string name) =>
        [.. fields.Where(field => string.Equals(field.Key, name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value)];
}
