using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>One of a few words.</summary>
/// <param name="words">The words and what they stand for.</param>
internal sealed class WordType<T>(params Word<T>[] words) : ScalarType<T>
{
    internal override string Expected => string.Join(" or ", words.Select(known => $"`{known.Text}`"));

    internal override string Name => Expected;

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.Words(words.Select(known => known.Text));

    protected override bool TryParse(ScalarNode scalar, [MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        int index = Array.FindIndex(words, known => known.Text == scalar.Text);
        value = index >= 0 ? words[index].Value : default;
        problem = null;
        if (index < 0)
        {
            string? nearest = NearestWord.Find(scalar.Text, words.Select(known => known.Text));
            problem = new ValueProblem(DiagnosticCodes.UnknownWord, $"unknown word `{scalar.Text}`", nearest is null ? null : $"did you mean `{nearest}`?")
            {
                ValidHere = [.. words.Select(known => known.Text)],
            };
        }

        return index >= 0;
    }
}
