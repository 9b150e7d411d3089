using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;
using Sluice.Http.Representations;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>compress</c>. The defaults are those of <see cref="CompressionPlan"/>, as a test checks.</summary>
internal static class CompressSchema
{
    private const long SizeMax = 1L << 40;

    private static readonly WordType<ContentCoding> Encoding = new(new("gzip", ContentCoding.Gzip), new("br", ContentCoding.Brotli), new("zstd", ContentCoding.Zstd));

    private static readonly WordType<BreachPolicy> Breach = new(new("off", BreachPolicy.Off), new("pad", BreachPolicy.Pad), new("skip", BreachPolicy.Skip));

    internal static ObjectType<CompressConfig> Level { get; } = new(
        "level",
        [
            Option<CompressConfig>.Create("gzip", new IntegerType(1, 9), "Of gzip.", (config, value) => With(config, plan => plan with { GzipLevel = value }), "`5`"),
            Option<CompressConfig>.Create("br", new IntegerType(0, 11), "Of brotli.", (config, value) => With(config, plan => plan with { BrotliLevel = value }), "`4`"),
            Option<CompressConfig>.Create("zstd", new IntegerType(1, 19), "Of zstd.", (config, value) => With(config, plan => plan with { ZstdLevel = value }), "`3`"),
        ],
        _ => new CompressConfig());

    internal static ObjectType<CompressConfig> Type { get; } = new(
        "compress",
        [
            Option<CompressConfig>.Create(
                "encodings", Encodings(Forms.OneOrMany(Encoding)), "What clients are offered: `zstd`, `br`, `gzip`. Of those that a client wants as much the first is taken.",
                (config, value) => With(config, plan => plan with { Encodings = value.Plan!.Encodings }) with { EncodingsLocation = value.EncodingsLocation },
                "`[zstd, br, gzip]`"),
            Option<CompressConfig>.Create(
                "level", new ChangesType<CompressConfig>(Level), "How much time goes into [each](#level-of-compress). Above 6 brotli and zstd run beside the event loop.",
                (config, value) => value(config)),
            Option<CompressConfig>.Create(
                "types", Forms.OneOrMany(new MediaRangeType()),
                "Which responses, by their `Content-Type`; a `*` stands for anything. In place of the usual: text, JSON, JavaScript, XML, SVG, WebAssembly, and fonts and images that aren't compressed.",
                (config, value) => With(config, plan => plan with { Types = [.. value] })),
            Option<CompressConfig>.Create(
                "min_size", new SizeType(0, SizeMax), "Responses that are known to be smaller are left as they are.",
                (config, value) => With(config, plan => plan with { BytesMin = value }), "`1KiB`"),
            Option<CompressConfig>.Create(
                "breach", Breach,
                "Against guessing secrets by the length of responses (the BREACH attack): `pad` adds up to 100 random bytes to each, and zstd is not offered then; `skip` leaves "
                + "responses to requests with `Cookie` or `Authorization` as they are.",
                (config, value) => With(config, plan => plan with { Breach = value }), "`off`"),
            Option<CompressConfig>.Create(
                "max_cpu", new PercentageType(),
                "The share of a core that may go into compression. Above it new responses are compressed at level 1, and half way from there to all of it not at all; `100` for no limit.",
                (config, value) => With(config, plan => plan with { CpuShareMax = value }), "`60`"),
        ],
        _ => new CompressConfig());

    /// <summary>The short forms and the long one.</summary>
    internal static ConfigType<CompressConfig> Value { get; } = new FormsType<CompressConfig>
    {
        Scalar = new ConvertedType<bool, CompressConfig>(new BooleanType(), (isOn, _) => new CompressConfig { Plan = isOn ? new CompressionPlan() : null }),
        Sequence = Encodings(new ListType<ContentCoding>(Encoding)),
        Mapping = Type,
    };

    private static ConvertedType<IReadOnlyList<ContentCoding>, CompressConfig> Encodings(ConfigType<IReadOnlyList<ContentCoding>> form) => new(
        form, (codings, place) => new CompressConfig { Plan = new CompressionPlan { Encodings = [.. codings.Distinct()] }, EncodingsLocation = place });

    private static CompressConfig With(CompressConfig config, Func<CompressionPlan, CompressionPlan> change) => config with { Plan = change(config.Plan!) };
}
