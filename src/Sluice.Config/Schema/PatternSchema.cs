using Sluice.Config.Binding;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Schema;

/// <summary>Hosts and paths as matches write them: a text, or a mapping with a regular expression.</summary>
internal static class PatternSchema
{
    /// <summary>The long form of a host.</summary>
    internal static ObjectType<HostMatch> HostRegex { get; } = new(
        "host",
        [
            Option<HostMatch>.Create(
                "regex", new RegexType(), "A regular expression that has to match the whole host; case doesn't count.",
                (host, value) => host with { Text = value }, isRequired: true),
        ],
        _ => new HostMatch("", HostMatchKind.Regex));

    /// <summary>The long form of a path.</summary>
    internal static ObjectType<PathMatch> PathRegex { get; } = new(
        "path",
        [
            Option<PathMatch>.Create(
                "regex", new RegexType(), "A regular expression that has to match the whole path, without the query.",
                (path, value) => path with { Text = value }, isRequired: true),
        ],
        _ => new PathMatch("", PathMatchKind.Regex));

    internal static ConfigType<HostMatch> Host { get; } = new FormsType<HostMatch> { Scalar = new HostPatternType(), Mapping = HostRegex };

    internal static ConfigType<PathMatch> Path { get; } = new FormsType<PathMatch> { Scalar = new PathPatternType(), Mapping = PathRegex };
}
