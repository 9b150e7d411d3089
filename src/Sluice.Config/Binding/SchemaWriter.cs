using System.Globalization;
using System.Text.Json.Nodes;

namespace Sluice.Config.Binding;

/// <summary>Collects the definitions of a JSON Schema (draft 2020-12) while the types of a configuration describe themselves.</summary>
/// <remarks>
/// Scalars take a text with a placeholder (<c>${env:NAME}</c>) in place of what they otherwise look like: what will stand there is known only
/// when the file is read.
/// </remarks>
internal sealed class SchemaWriter
{
    // Not anchored: a placeholder may be a part of a text.
    private const string PlaceholderPattern = """\$\{""";

    private readonly Dictionary<object, string> _names = [];

    /// <summary>The definitions by name.</summary>
    internal JsonObject Definitions { get; } = [];

    /// <summary>A value of a JSON type, such as <c>boolean</c>, or a placeholder.</summary>
    internal JsonObject Typed(string type) => OrPlaceholder(new JsonObject { ["type"] = type });

    /// <summary>A whole number from <paramref name="min"/> to <paramref name="max"/>, or a placeholder.</summary>
    internal JsonObject Integer(long min, long max) => OrPlaceholder(new JsonObject { ["type"] = "integer", ["minimum"] = min, ["maximum"] = max });

    /// <summary>One of some words, or a placeholder.</summary>
    internal JsonObject Words(IEnumerable<string> words) => OrPlaceholder(new JsonObject { ["enum"] = ArrayOf(words.SelectMany(FormsOf)) });

    /// <summary>Any text. One without quotes that looks like a number or a boolean is one for an editor, but a text all the same.</summary>
    internal static JsonObject Text() => new() { ["type"] = ArrayOf(["string", "number", "boolean"]) };

    /// <summary>A text of a form, or with a placeholder.</summary>
    /// <param name="title">What it is, which becomes the name of the definition.</param>
    /// <param name="pattern">A regular expression (ECMA-262) for the whole text, without anchors; no stricter than what is read.</param>
    internal JsonObject Text(string title, string pattern) =>
        Share(title, new JsonObject { ["title"] = title, ["type"] = "string", ["pattern"] = $"^(?:{pattern})$|{PlaceholderPattern}" });

    /// <summary>The same for a form that some numbers and booleans have, which are then read as texts.</summary>
    internal JsonObject AnyText(string title, string pattern)
    {
        JsonObject description = Text();
        description["title"] = title;
        description["pattern"] = $"^(?:{pattern})$|{PlaceholderPattern}";
        return Share(title, description);
    }

    /// <summary>One of several forms, each told once even where they consist of forms themselves.</summary>
    internal static JsonObject AnyOf(params IEnumerable<JsonObject> forms)
    {
        var distinct = new List<JsonNode>();
        foreach (JsonNode form in forms.SelectMany(Flatten))
        {
            if (!distinct.Exists(known => JsonNode.DeepEquals(known, form)))
            {
                distinct.Add(form.DeepClone());
            }
        }

        return distinct.Count == 1 ? distinct[0].AsObject() : new JsonObject { ["anyOf"] = ArrayOf(distinct) };
    }

    /// <summary>A list.</summary>
    internal static JsonArray ArrayOf(IEnumerable<JsonNode> values) => [.. values];

    /// <summary>A description, or a placeholder in its place.</summary>
    internal JsonObject OrPlaceholder(JsonObject description) => AnyOf(
        description,
        Share("placeholder", new JsonObject { ["title"] = "placeholder", ["type"] = "string", ["pattern"] = PlaceholderPattern }));

    /// <summary>Refers to the definition of a type, which is described once and may contain itself.</summary>
    /// <param name="type">Its identity.</param>
    /// <param name="title">Its name; a second one of the same name gets a number.</param>
    /// <param name="describe">Describes it.</param>
    internal JsonObject Define(object type, string title, Func<JsonObject> describe)
    {
        if (!_names.TryGetValue(type, out string? name))
        {
            name = FreeName(title);
            _names.Add(type, name);
            Definitions[name] = new JsonObject();
            Definitions[name] = describe();
        }

        return Reference(name);
    }

    /// <summary>The JSON of a scalar as YAML's core schema reads it.</summary>
    internal static JsonNode ValueOf(string text) =>
        text is "true" or "false" ? text == "true"
        : long.TryParse(text, out long number) ? number
        : text;

    // A version such as 1.3 may stand with or without quotes.
    private static IEnumerable<JsonNode> FormsOf(string word) =>
        word.Contains('.', StringComparison.Ordinal) && decimal.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
            ? [word, number]
            : [ValueOf(word)];

    private static IEnumerable<JsonNode> Flatten(JsonObject form) =>
        form is { Count: 1 } && form["anyOf"] is JsonArray inner ? inner.OfType<JsonNode>() : [form];

    // Types of equal descriptions share one definition.
    private JsonObject Share(string title, JsonObject description)
    {
        string name = NameOf(title);
        for (int number = 2; Definitions[name] is { } known && !JsonNode.DeepEquals(known, description); number++)
        {
            name = $"{NameOf(title)}_{number}";
        }

        Definitions[name] ??= description;
        return Reference(name);
    }

    private string FreeName(string title)
    {
        string name = NameOf(title);
        for (int number = 2; Definitions.ContainsKey(name); number++)
        {
            name = $"{NameOf(title)}_{number}";
        }

        return name;
    }

    private static string NameOf(string title) => title.Replace(' ', '_');

    private static JsonObject Reference(string name) => new() { ["$ref"] = $"#/$defs/{name}" };
}
