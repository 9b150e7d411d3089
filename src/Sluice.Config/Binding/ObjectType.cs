using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Binding;

/// <summary>A mapping with known keys, read into an immutable record.</summary>
internal sealed class ObjectType<T> : ConfigType<T>
{
    private readonly IReadOnlyList<Option<T>> _options;
    private readonly Func<SourceLocation, T> _create;
    private readonly Dictionary<string, Option<T>> _byKey;

    /// <summary>Makes a type.</summary>
    /// <param name="name">What it is, without article, for messages and the reference: <c>route</c>.</param>
    /// <param name="options">Its keys in the order of the reference.</param>
    /// <param name="create">Makes the record with its defaults.</param>
    internal ObjectType(string name, IReadOnlyList<Option<T>> options, Func<SourceLocation, T> create)
    {
        Noun = name;
        _options = options;
        _create = create;
        _byKey = options.ToDictionary(option => option.Key, StringComparer.Ordinal);
    }

    /// <summary>What it is, without article.</summary>
    internal string Noun { get; }

    /// <summary>Keys of which exactly one must be given, if any.</summary>
    internal IReadOnlyList<string> ExactlyOneOf { get; init; } = [];

    /// <summary>A key that may bring the required ones from elsewhere, for the JSON Schema, which sees one file at a time.</summary>
    internal string? CompletedBy { get; init; }

    /// <summary>What other programs call its keys, for hints.</summary>
    internal IReadOnlyDictionary<string, string> OtherNames { get; init; } = new Dictionary<string, string>();

    internal IReadOnlyList<Option<T>> Options => _options;

    internal override string Expected => "a mapping";

    internal override string Name => "mapping";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.Define(this, Noun, () => Describe(schema));

    internal override bool TryRead(YamlNode node, DiagnosticBag diagnostics, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (node is not MappingNode mapping)
        {
            return RefuseKind(node, diagnostics);
        }

        T record = _create(node.Location);
        var meant = new HashSet<string>(StringComparer.Ordinal);
        foreach (MappingEntry entry in mapping.Entries)
        {
            if (_byKey.TryGetValue(entry.Key.Text, out Option<T>? option))
            {
                record = option.Apply(record, entry.Value, diagnostics);
            }
            else
            {
                AddUnknown(entry.Key, meant, diagnostics);
            }
        }

        CheckRequired(mapping, meant, diagnostics);
        CheckExclusive(mapping, meant, diagnostics);
        value = record;
        return true;
    }

    /// <summary>Sets what a mapping says that was read before. What could not be read then, within a mapping that is read for its errors, is left out.</summary>
    internal T Apply(T record, MappingNode mapping)
    {
        var read = new DiagnosticBag();
        foreach (MappingEntry entry in mapping.Entries)
        {
            record = _byKey.TryGetValue(entry.Key.Text, out Option<T>? option) ? option.Apply(record, entry.Value, read) : record;
        }

        return record;
    }

    private JsonObject Describe(SchemaWriter schema)
    {
        var properties = new JsonObject();
        foreach (Option<T> option in _options)
        {
            properties[option.Key] = option.DescribeSchema(schema);
        }

        var description = new JsonObject { ["title"] = Noun, ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
        JsonArray required = SchemaWriter.ArrayOf(_options.Where(option => option.IsRequired).Select(option => (JsonNode)option.Key));
        if (CompletedBy is not null)
        {
            description["anyOf"] = new JsonArray(
                new JsonObject { ["required"] = SchemaWriter.ArrayOf([CompletedBy]) }, new JsonObject { ["required"] = required });
        }
        else if (required.Count > 0)
        {
            description["required"] = required;
        }

        if (ExactlyOneOf.Count > 0)
        {
            description["oneOf"] = SchemaWriter.ArrayOf(ExactlyOneOf.Select(key => new JsonObject { ["required"] = SchemaWriter.ArrayOf([key]) }));
        }

        return description;
    }

    private static bool Has(MappingNode mapping, string key) => mapping.Entries.Any(entry => entry.Key.Text == key);

    // A mapping may go on for pages; its first key is what to point at.
    private static SourceLocation PlaceOf(MappingNode mapping) => mapping.Entries.Count > 0 ? mapping.Entries[0].Key.Location : mapping.Location;

    // Adds to "meant" what the key was probably meant to be, which then isn't missing.
    private void AddUnknown(ScalarNode key, HashSet<string> meant, DiagnosticBag diagnostics)
    {
        if (diagnostics.IsFull)
        {
            return;
        }

        string? nearest = OtherNames.GetValueOrDefault(key.Text) ?? NearestWord.Find(key.Text, _byKey.Keys);
        meant.Add(nearest ?? key.Text);
        diagnostics.Add(new Diagnostic(DiagnosticCodes.UnknownOption, $"unknown option `{key.Text}`", key.Location)
        {
            Hint = nearest is null ? null : $"did you mean `{nearest}`?",
            ValidHere = [.. _options.Select(option => option.Key)],
        });
    }

    private void CheckRequired(MappingNode mapping, HashSet<string> meant, DiagnosticBag diagnostics)
    {
        foreach (Option<T> option in _options)
        {
            if (option.IsRequired && !Has(mapping, option.Key) && !meant.Contains(option.Key))
            {
                diagnostics.Add(DiagnosticCodes.MissingOption, $"the {Noun} has no `{option.Key}`", PlaceOf(mapping));
            }
        }
    }

    private void CheckExclusive(MappingNode mapping, HashSet<string> meant, DiagnosticBag diagnostics)
    {
        if (ExactlyOneOf.Count == 0)
        {
            return;
        }

        string words = string.Join(" or ", ExactlyOneOf.Select(key => $"`{key}`"));
        List<ScalarNode> given = [.. mapping.Entries.Select(entry => entry.Key).Where(key => ExactlyOneOf.Contains(key.Text))];
        if (given.Count == 0 && !meant.Overlaps(ExactlyOneOf))
        {
            diagnostics.Add(DiagnosticCodes.MissingOption, $"the {Noun} has no {words}", PlaceOf(mapping));
        }
        else if (given.Count > 1)
        {
            diagnostics.Add(DiagnosticCodes.ExclusiveOptions, $"the {Noun} has more than one of {words}", given[1].Location, "keep one");
        }
    }
}
