using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>respond</c>.</summary>
internal static class RespondSchema
{
    private static readonly IntegerType Status = new(200, 599);

    private static readonly ConfigType<IReadOnlyList<KeyValuePair<string, string>>> Headers =
        new ConvertedType<IReadOnlyList<IEnumerable<KeyValuePair<string, string>>>, IReadOnlyList<KeyValuePair<string, string>>>(
            new MapType<string, IReadOnlyList<string>, IEnumerable<KeyValuePair<string, string>>>(
                "header name to text or list of text",
                new HeaderNameType(),
                Forms.OneOrMany(new HeaderValueType()),
                (name, _, values) => (values ?? []).Select(value => KeyValuePair.Create(name, value))),
            (headers, _) => [.. headers.SelectMany(values => values)]);

    internal static ObjectType<RespondConfig> Type { get; } = new(
        "respond",
        [
            Option<RespondConfig>.Create(
                "status", Status, "The status, 200 to 599.", (respond, value) => respond with { Status = value }, "`200`"),
            Option<RespondConfig>.Create(
                "body", new TextType(), "The content, sent as UTF-8. Not with 204, 205 and 304.",
                (respond, value) => respond with { Body = value }, "none"),
            Option<RespondConfig>.Create(
                "headers", Headers,
                "Response headers. A body without a `content-type` is sent as `text/plain; charset=utf-8`.",
                (respond, value) => respond with { Headers = value }, "none"),
        ],
        _ => new RespondConfig());

    internal static ConfigType<RespondConfig> Value { get; } = new CheckedRespondType(new FormsType<RespondConfig>
    {
        Scalar = new StatusOrTextType(
            new ConvertedType<int, RespondConfig>(Status, (status, _) => new RespondConfig { Status = status }),
            new ConvertedType<string, RespondConfig>(new TextType(), (body, _) => new RespondConfig { Body = body })),
        Mapping = Type,
    });
}
