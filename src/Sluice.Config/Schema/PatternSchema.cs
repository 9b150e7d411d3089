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
                "regex", Regex, "A regular expression that has to match the whole host; case doesn't count.",
                (host, value) => host with { Text = value.Text, Written = value.Written }, isRequired: true),
        ],
        _ => new HostMatch("", HostMatchKind.Regex));

    /// <summary>The long form of a path.</summary>
    internal static ObjectType<PathMatch> PathRegex { get; } = new(
        "path",
        [
            Option<PathMatch>.Create(
                "regex", Regex, "A regular expression that has to match the whole path, without the query.",
                (path, value) => path with { Text = value.Text, Written = value.Written }, isRequired: true),
        ],
        _ => new PathMatch("", PathMatchKind.Regex));

    internal static ConfigType<PathMatch> PathText { get; } =
        new WrittenType<PathMatch, PathMatch>(new PathPatternType(), (path, written) => path with { Written = written });

    internal static ConfigType<HostMatch> Host { get; } = new FormsType<HostMatch> { Scalar = HostText, Mapping = HostRegex };

    internal static ConfigType<PathMatch> Path { get; } = new FormsType<PathMatch> { Scalar = PathText, Mapping = PathRegex };

    private static WrittenType<HostMatch, HostMatch> HostText => new(new HostPatternType(), (host, written) => host with { Written = written });

    private static WrittenType<string, (string Text, string? Written)> Regex =>
        new(new RegexType(), (text, written) => (text, written is null ? null : "~" + written));
}
