using System.Text.Json.Nodes;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Binding;

/// <summary>A key of a mapping: what messages, the reference and reading need to know about it.</summary>
/// <typeparam name="TOwner">The record that the mapping is read into.</typeparam>
internal sealed class Option<TOwner>
{
    private readonly Func<TOwner, YamlNode, DiagnosticBag, TOwner> _apply;
    private readonly Func<string> _type;
    private readonly Func<SchemaWriter, JsonObject> _schema;

    private Option(
        string key, Func<string> type, Func<SchemaWriter, JsonObject> schema, string meaning, Func<TOwner, YamlNode, DiagnosticBag, TOwner> apply)
    {
        Key = key;
        _type = type;
        _schema = schema;
        Meaning = meaning;
        _apply = apply;
    }

    internal string Key { get; }

    /// <summary>The type for the reference, in Markdown.</summary>
    internal string Type => _type();

    /// <summary>What it does, in Markdown.</summary>
    internal string Meaning { get; }

    /// <summary>What holds without it, in Markdown; empty when there is nothing to say.</summary>
    internal string Default { get; init; } = "";

    internal bool IsRequired { get; init; }

    /// <summary>Makes an option.</summary>
    /// <param name="key">The key.</param>
    /// <param name="type">How its value is written.</param>
    /// <param name="meaning">What it does, in Markdown.</param>
    /// <param name="set">Puts the value into the record.</param>
    internal static Option<TOwner> Create<TValue>(
        string key, ConfigType<TValue> type, string meaning, Func<TOwner, TValue, TOwner> set, string byDefault = "", bool isRequired = false) =>
        new(
            key,
            () => type.Name,
            type.DescribeSchema,
            meaning,
            (owner, node, diagnostics) => type.TryRead(node, diagnostics, out TValue? value) ? set(owner, value) : owner)
        {
            Default = byDefault,
            IsRequired = isRequired,
        };

    /// <summary>What values look like, as JSON Schema, with what the option does and what holds without it.</summary>
    internal JsonObject DescribeSchema(SchemaWriter schema)
    {
        JsonObject description = _schema(schema);
        description["description"] = Meaning;

        // A default that isn't a value but a sentence belongs to the description.
        if (Default.Length > 2 && Default[0] == '`' && Default.IndexOf('`', 1) == Default.Length - 1)
        {
            description["default"] = SchemaWriter.ValueOf(Default[1..^1]);
        }
        else if (Default.Length > 0)
        {
            description["description"] = $"{Meaning} Default: {Default}.";
        }

        return description;
    }

    /// <summary>Reads the value into the record; one that can't be read leaves it as it is.</summary>
    internal TOwner Apply(TOwner owner, YamlNode node, DiagnosticBag diagnostics) => _apply(owner, node, diagnostics);
}
