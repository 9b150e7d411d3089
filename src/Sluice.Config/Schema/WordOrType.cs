using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Schema;

/// <summary>A word such as <c>off</c>, or something else.</summary>
/// <param name="word">The word.</param>
/// <param name="meant">What it stands for.</param>
/// <param name="other">Everything else.</param>
internal sealed class WordOrType<T>(string word, T meant, ConfigType<T> other) : ConfigType<T>
    where T : class
{
    internal override string Expected => $"{other.Expected} or `{word}`";

    internal override string Name => $"{other.Name} or `{word}`";

    internal override JsonObject DescribeSchema(SchemaWriter schema) =>
        SchemaWriter.AnyOf(schema.Words([word]), other.DescribeSchema(schema));

    internal override bool TryRead(YamlNode node, DiagnosticBag diagnostics, [MaybeNullWhen(false)] out T value)
    {
        bool isWord = node is ScalarNode scalar && scalar.Text == word;
        value = meant;
        return isWord || other.TryRead(node, diagnostics, out value);
    }
}
