using Sluice.Config.Yaml;

namespace Sluice.Config.Showing;

/// <summary>
/// Writes what was read as one configuration: included files joined, aliases replaced by what they stand for. Placeholders stay as they are
/// written, so nothing secret is shown.
/// </summary>
public static class ConfigShow
{
    /// <summary>Writes it as YAML.</summary>
    /// <param name="result">What was read; it may have errors.</param>
    /// <param name="hasOrigin">Whether a comment behind each value says in which file and line it stands.</param>
    /// <returns>Null when nothing could be read.</returns>
    public static string? WriteYaml(ConfigResult result, bool hasOrigin) => result.Tree is { } tree ? YamlShow.Write(tree, hasOrigin) : null;

    /// <summary>Writes it as JSON.</summary>
    /// <param name="result">What was read; it may have errors.</param>
    /// <param name="hasOrigin">
    /// Whether it is an object of <c>config</c> and <c>origins</c>, which says for the JSON pointer of each value in which file and line it stands.
    /// </param>
    /// <returns>Null when nothing could be read.</returns>
    public static string? WriteJson(ConfigResult result, bool hasOrigin) =>
        result.Tree is not { } tree ? null : hasOrigin ? JsonShow.WriteWithOrigins(tree) : JsonShow.Write(tree);

    // A name must not end the comment that it is in.
    internal static string OriginOf(YamlNode node) =>
        $"{string.Concat(node.Location.Source.FileName.Select(letter => char.IsControl(letter) ? '?' : letter))}:{node.Location.Line}";
}
