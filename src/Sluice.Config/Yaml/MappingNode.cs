using Sluice.Config.Diagnostics;

namespace Sluice.Config.Yaml;

/// <summary>A mapping; its keys are distinct.</summary>
internal sealed class MappingNode(IReadOnlyList<MappingEntry> entries, SourceLocation location) : YamlNode(location)
{
    internal IReadOnlyList<MappingEntry> Entries { get; } = entries;

    internal override string Kind => "a mapping";
}
