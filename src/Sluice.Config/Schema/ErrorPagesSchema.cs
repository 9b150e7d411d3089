using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>error_pages</c>.</summary>
internal static class ErrorPagesSchema
{
    private static readonly StatusRangeType Range = new();

    /// <summary>A page in a mapping, where the key is the status.</summary>
    internal static ObjectType<ErrorPageConfig> Page { get; } = new("error page", Options(), place => new ErrorPageConfig { Location = place })
    {
        ExactlyOneOf = ["body", "file"],
    };

    /// <summary>A page in a list.</summary>
    internal static ObjectType<ErrorPageConfig> Listed { get; } = new(
        "listed error page",
        [
            Option<ErrorPageConfig>.Create(
                "on", Forms.OneOrMany(Range), "The statuses it is for: `404`, `5xx`, or a list. Not in a mapping, where they are the keys.",
                (page, value) => page with { On = value }, isRequired: true),
            .. Options(),
        ],
        place => new ErrorPageConfig { Location = place })
    {
        ExactlyOneOf = ["body", "file"],
    };

    private static readonly ConfigType<IReadOnlyList<ErrorPageConfig>> Pages = Forms.OneOrMany(new FormsType<ErrorPageConfig>
    {
        Scalar = new ConvertedType<TemplateConfig, ErrorPageConfig>(
            PageSchema.Body, (body, place) => new ErrorPageConfig { Page = new PageConfig { Body = body }, Location = place }),
        Mapping = Page,
    });

    private static readonly ConfigType<IReadOnlyList<IEnumerable<ErrorPageConfig>>> ByStatus =
        new MapType<StatusRange, IReadOnlyList<ErrorPageConfig>, IEnumerable<ErrorPageConfig>>(
            "status to page or list of page", Range, Pages, (range, _, pages) => (pages ?? []).Select(page => page with { On = [range] }));

    internal static ConfigType<ErrorPagesConfig> Value { get; } = new FormsType<ErrorPagesConfig>
    {
        Scalar = new WordType<ErrorPagesConfig>(new Word<ErrorPagesConfig>("off", ErrorPagesConfig.Off)),
        Sequence = new ConvertedType<IReadOnlyList<ErrorPageConfig>, ErrorPagesConfig>(
            new ListType<ErrorPageConfig>(Listed), (pages, _) => new ErrorPagesConfig { Layers = [pages] }),
        Mapping = new ConvertedType<IReadOnlyList<IEnumerable<ErrorPageConfig>>, ErrorPagesConfig>(
            ByStatus, (pages, _) => new ErrorPagesConfig { Layers = [[.. pages.SelectMany(of => of)]] }),
    };

    private static Option<ErrorPageConfig>[] Options() =>
    [
        .. PageSchema.For<ErrorPageConfig>(page => page.Page, (page, value) => page with { Page = value }),
        Option<ErrorPageConfig>.Create(
            "status", new ErrorPageStatusType(), "The status that is sent instead, 200 to 599, but none without content.",
            (page, value) => page with { Status = value }, "that of the error"),
        Option<ErrorPageConfig>.Create(
            "intercept", new BooleanType(), "Whether it takes the place of responses of servers, too, with all of their headers.",
            (page, value) => page with { Intercept = value }, "`false`"),
    ];
}
