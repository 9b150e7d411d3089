namespace Sluice.Config.Yaml;

/// <summary>What a file may cost to read. A small file can stand for an enormous one ("billion laughs"), so its expansion is what counts.</summary>
internal static class YamlBounds
{
    internal const int AliasCountMax = 1_000;

    internal const int NodeCountMax = 1_000_000;

    internal const int DepthMax = 64;
}
