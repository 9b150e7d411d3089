using Sluice.Config.Yaml;

namespace Sluice.Config.Formatting;

/// <summary>Whether two trees mean the same, wherever their nodes stand.</summary>
internal static class TreeComparison
{
    internal static bool AreEqual(YamlNode one, YamlNode other) => (one, other) switch
    {
        (ScalarNode a, ScalarNode b) => a.Text == b.Text && a.IsPlain == b.IsPlain,
        (SequenceNode a, SequenceNode b) => AreEqual(a.Items, b.Items),
        (MappingNode a, MappingNode b) =>
            AreEqual([.. a.Entries.Select(entry => entry.Key)], [.. b.Entries.Select(entry => entry.Key)])
            && AreEqual([.. a.Entries.Select(entry => entry.Value)], [.. b.Entries.Select(entry => entry.Value)]),
        _ => false,
    };

    private static bool AreEqual(IReadOnlyList<YamlNode> one, IReadOnlyList<YamlNode> other) =>
        one.Count == other.Count && one.Zip(other).All(pair => AreEqual(pair.First, pair.Second));
}
