using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Building;

/// <summary>
/// Makes the values of a configuration that is built in code. They are those that a file would have, so that they are read and checked the same
/// way; in place of a file they know the thing that they belong to, such as <c>route `api`</c>, which messages then begin with.
/// </summary>
internal static class BuiltTree
{
    /// <summary>A text, which is never taken for a number or boolean.</summary>
    internal static ScalarNode Text(string thing, string text) => new(text, isPlain: false, PlaceOf(thing, text));

    /// <summary>A number or boolean.</summary>
    internal static ScalarNode Plain(string thing, string text) => new(text, isPlain: true, PlaceOf(thing, text));

    /// <summary>A list of texts.</summary>
    internal static SequenceNode Texts(string thing, IEnumerable<string> texts) => List(thing, texts.Select(text => Text(thing, text)));

    /// <summary>A list.</summary>
    internal static SequenceNode List(string thing, IEnumerable<YamlNode> items) => new([.. items], PlaceOf(thing, ""));

    /// <summary>A mapping; of a key given twice the last value counts.</summary>
    internal static MappingNode Mapping(string thing, IReadOnlyDictionary<string, YamlNode> values) =>
        new([.. values.Select(value => new MappingEntry(Text(thing, value.Key), value.Value))], PlaceOf(thing, ""));

    /// <summary>A finding about such a value as it is told to a program: without a place, and naming the thing.</summary>
    internal static Diagnostic Told(Diagnostic finding) => finding.Location is not { } place ? finding : finding with
    {
        Message = place.Source.FileName.Length > 0 ? $"{place.Source.FileName}: {finding.Message}" : finding.Message,
        Location = null,
        Related = null,
    };

    private static SourceLocation PlaceOf(string thing, string text) => new(new SourceText(thing, text), 0, text.Length);
}
