using Sluice.Config.Binding;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Matching;

namespace Sluice.Config.Schema;

/// <summary>What a header, a query parameter or a cookie has to be.</summary>
internal static class ValueSchema
{
    private static readonly ConfigType<IReadOnlyList<string>> Texts = Forms.OneOrMany(new TextType());

    internal static ObjectType<ValueTest> Type { get; } = new(
        "test",
        [
            Compare("exact", Texts, "The value is this text, or one of them.", ValueTestKind.Exact),
            Compare("prefix", Texts, "It begins with it.", ValueTestKind.Prefix),
            Compare("suffix", Texts, "It ends with it.", ValueTestKind.Suffix),
            Compare("contains", Texts, "It has it somewhere.", ValueTestKind.Contains),
            Compare("regex", Forms.OneOrMany(new RegexType()), "It matches this regular expression as a whole.", ValueTestKind.Regex),
            Option<ValueTest>.Create(
                "present", new BooleanType(), "Whether there is one at all, if only an empty one.",
                (_, value) => new ValueTest(ValueTestKind.Present, [], IsNegated: !value)),
            Option<ValueTest>.Create(
                "not", new DeferredType<ValueTest>(() => Value!), "The contrary of a text, a list or a mapping like this one; also holds when there is none.",
                (_, value) => value with { IsNegated = !value.IsNegated }),
        ],
        _ => new ValueTest(ValueTestKind.Present, []))
    {
        ExactlyOneOf = ["exact", "prefix", "suffix", "contains", "regex", "present", "not"],
    };

    /// <summary>In short a text, or a list of which one has to fit.</summary>
    internal static ConfigType<ValueTest> Value { get; } = new FormsType<ValueTest>
    {
        Scalar = new ConvertedType<string, ValueTest>(new TextType(), (text, _) => new ValueTest(ValueTestKind.Exact, [text])),
        Sequence = new ConvertedType<IReadOnlyList<string>, ValueTest>(
            new ListType<string>(new TextType()), (texts, _) => new ValueTest(ValueTestKind.Exact, [.. texts])),
        Mapping = Type,
    };

    /// <summary>A mapping of names to tests.</summary>
    internal static ConfigType<IReadOnlyList<MatchCondition>> MapOf(
        string noun, ConfigType<string> name, Func<string, ValueTest, MatchCondition> create) =>
        new MapType<string, ValueTest, MatchCondition>(
            $"{noun} to text, list or mapping",
            name,
            Value,
            (key, _, test) => create(key, test ?? new ValueTest(ValueTestKind.Present, [])));

    private static Option<ValueTest> Compare(string key, ConfigType<IReadOnlyList<string>> type, string meaning, ValueTestKind kind) =>
        Option<ValueTest>.Create(key, type, meaning, (_, texts) => new ValueTest(kind, [.. texts]));
}
