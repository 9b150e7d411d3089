using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>Which spellings of paths a route takes. Null: nothing said.</summary>
public sealed record PathPolicyConfig
{
    /// <summary>Everything is refused.</summary>
    public static PathPolicyConfig Strict { get; } = From(PathPolicyPlan.Strict);

    /// <summary>What holds where nothing is said.</summary>
    public static PathPolicyConfig Default { get; } = From(PathPolicyPlan.Default);

    /// <summary><c>.</c> and <c>..</c>.</summary>
    public PathVerdict? DotSegments { get; init; }

    /// <summary><c>//</c>.</summary>
    public PathVerdict? DoubleSlash { get; init; }

    /// <summary><c>%2F</c>.</summary>
    public PathVerdict? EncodedSlash { get; init; }

    /// <summary><c>%5C</c>.</summary>
    public PathVerdict? EncodedBackslash { get; init; }

    /// <summary><c>%00</c>.</summary>
    public PathVerdict? EncodedNul { get; init; }

    /// <summary><c>;</c>.</summary>
    public PathVerdict? Semicolon { get; init; }

    /// <summary>These where they say something, and those below where they don't.</summary>
    public PathPolicyConfig Over(PathPolicyConfig? below) => below is null ? this : new()
    {
        DotSegments = DotSegments ?? below.DotSegments,
        DoubleSlash = DoubleSlash ?? below.DoubleSlash,
        EncodedSlash = EncodedSlash ?? below.EncodedSlash,
        EncodedBackslash = EncodedBackslash ?? below.EncodedBackslash,
        EncodedNul = EncodedNul ?? below.EncodedNul,
        Semicolon = Semicolon ?? below.Semicolon,
    };

    private static PathPolicyConfig From(PathPolicyPlan plan) => new()
    {
        DotSegments = plan.DotSegments,
        DoubleSlash = plan.DoubleSlash,
        EncodedSlash = plan.EncodedSlash,
        EncodedBackslash = plan.EncodedBackslash,
        EncodedNul = plan.EncodedNul,
        Semicolon = plan.Semicolon,
    };
}
