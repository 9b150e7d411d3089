namespace Sluice.Proxy.Plans;

/// <summary>Which paths a route takes, by what they had before they were made canonical. docs/explanation/path-policy.md has the reasons.</summary>
public sealed record PathPolicyPlan
{
    /// <summary>What holds where nothing is said, and for requests without a route.</summary>
    public static PathPolicyPlan Default { get; } = new();

    /// <summary>Everything is refused.</summary>
    public static PathPolicyPlan Strict { get; } = new()
    {
        DotSegments = PathVerdict.Reject,
        DoubleSlash = PathVerdict.Reject,
        EncodedSlash = PathVerdict.Reject,
        Semicolon = PathVerdict.Reject,
    };

    /// <summary><c>.</c> and <c>..</c>, encoded ones, too; they are resolved, so that nothing goes above the root.</summary>
    public PathVerdict DotSegments { get; init; } = PathVerdict.Allow;

    /// <summary><c>//</c>.</summary>
    public PathVerdict DoubleSlash { get; init; } = PathVerdict.Allow;

    /// <summary><c>%2F</c>.</summary>
    public PathVerdict EncodedSlash { get; init; } = PathVerdict.Allow;

    /// <summary><c>%5C</c>.</summary>
    public PathVerdict EncodedBackslash { get; init; } = PathVerdict.Reject;

    /// <summary><c>%00</c>.</summary>
    public PathVerdict EncodedNul { get; init; } = PathVerdict.Reject;

    /// <summary><c>;</c>.</summary>
    public PathVerdict Semicolon { get; init; } = PathVerdict.Allow;
}
