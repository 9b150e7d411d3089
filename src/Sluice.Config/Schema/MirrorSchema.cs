using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>mirror</c>. The defaults are those of <see cref="Sluice.Proxy.Plans.MirrorPlan"/>, as a test checks.</summary>
internal static class MirrorSchema
{
    private const int KiB = 1024;

    internal static ObjectType<MirrorConfig> Type { get; } = new(
        "mirror",
        [
            Option<MirrorConfig>.Create(
                "to", new ProxyTargetType(), "Where copies go: an upstream by its name, or a server by URL.",
                (mirror, value) => mirror with { To = value }, isRequired: true),
            Option<MirrorConfig>.Create(
                "percentage", new PercentageType(), "The share of requests that is copied, drawn at random.",
                (mirror, value) => mirror with { HundredthsOfPercent = value }, "`100`"),
            Option<MirrorConfig>.Create(
                "max_body", new SizeType(0, long.MaxValue), "Requests with a larger body are not copied; 0 means no limit.",
                (mirror, value) => mirror with { BodyBytesMax = value }, "`0B`"),

            // The largest part of a body that comes in one go is below 64 KiB, but for bodies behind the largest heads.
            Option<MirrorConfig>.Create(
                "max_lag", new SizeType(64 * KiB, 64 * KiB * KiB), "How much of a body a copy may be behind its request; one that falls behind further is dropped.",
                (mirror, value) => mirror with { LagBytesMax = (int)value }, "`256KiB`"),
            Option<MirrorConfig>.Create(
                "max_concurrent", new IntegerType(1, 1_000_000), "Copies of a route's requests on their way at the same time; further ones are dropped.",
                (mirror, value) => mirror with { ConcurrencyMax = value }, "`100`"),
            Option<MirrorConfig>.Create(
                "timeout", new DurationType(10, 3_600_000), "How long a copy may take once its request was received whole.",
                (mirror, value) => mirror with { TimeoutMs = value }, "`30s`"),
        ],
        place => new MirrorConfig { Location = place });

    /// <summary>The short and the long form.</summary>
    internal static ConfigType<MirrorConfig> Value { get; } = new FormsType<MirrorConfig> { Scalar = new MirrorTargetType(), Mapping = Type };
}
