namespace Sluice.Config.Yaml;

/// <summary>
/// What a configuration may cost to read, all its files together. A small file can stand for an enormous one ("billion laughs"), so its
/// expansion is what counts.
/// </summary>
internal static class YamlBounds
{
    /// <summary>Of the files and the values substituted in them: ten times what a machine writes for 10,000 routes.</summary>
    internal const int BytesMax = 10_000_000;

    internal const int AliasCountMax = 1_000;

    internal const int NodeCountMax = 1_000_000;

    internal const int DepthMax = 64;
}
