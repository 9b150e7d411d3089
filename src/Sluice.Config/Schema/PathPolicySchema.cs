using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>path_policy</c>.</summary>
internal static class PathPolicySchema
{
    private static readonly WordType<PathVerdict> Verdict = new(
        new("allow", PathVerdict.Allow), new("reject", PathVerdict.Reject), new("report", PathVerdict.Report));

    internal static ObjectType<PathPolicyConfig> Type { get; } = new(
        "path policy",
        [
            Of("dot_segments", "`.` and `..` as segments, encoded ones, too. They are resolved before a route is sought, and never lead above the root.",
                PathPolicyPlan.Default.DotSegments, (policy, value) => policy with { DotSegments = value }),
            Of("double_slash", "`//`.", PathPolicyPlan.Default.DoubleSlash, (policy, value) => policy with { DoubleSlash = value }),
            Of("encoded_slash", "`%2F`, which stays encoded.", PathPolicyPlan.Default.EncodedSlash, (policy, value) => policy with { EncodedSlash = value }),
            Of("encoded_backslash", "`%5C`, which stays encoded. A plain one is always refused.",
                PathPolicyPlan.Default.EncodedBackslash, (policy, value) => policy with { EncodedBackslash = value }),
            Of("encoded_nul", "`%00`, which stays encoded. Other encoded control characters are always refused.",
                PathPolicyPlan.Default.EncodedNul, (policy, value) => policy with { EncodedNul = value }),
            Of("semicolon", "`;`, behind which some servers see parameters of the segment.",
                PathPolicyPlan.Default.Semicolon, (policy, value) => policy with { Semicolon = value }),
        ],
        _ => new PathPolicyConfig());

    internal static ConfigType<PathPolicyConfig> Value { get; } = new FormsType<PathPolicyConfig>
    {
        Scalar = new WordType<PathPolicyConfig>(new("strict", PathPolicyConfig.Strict), new("default", PathPolicyConfig.Default)),
        Mapping = Type,
    };

    private static Option<PathPolicyConfig> Of(
        string key, string meaning, PathVerdict byDefault, Func<PathPolicyConfig, PathVerdict, PathPolicyConfig> set) =>
        Option<PathPolicyConfig>.Create(key, Verdict, meaning, set, $"`{byDefault.ToString().ToLowerInvariant()}`");
}
