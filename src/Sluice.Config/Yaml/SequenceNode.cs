using Sluice.Config.Diagnostics;

namespace Sluice.Config.Yaml;

/// <summary>A list.</summary>
internal sealed class SequenceNode(IReadOnlyList<YamlNode> items, SourceLocation location) : YamlNode(location)
{
    internal IReadOnlyList<YamlNode> Items { get; } = items;

    internal override string Kind => "a list";
}
