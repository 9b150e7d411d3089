using Sluice.Config.Diagnostics;

namespace Sluice.Config.Yaml;

/// <summary>A value of a configuration file with its place. Immutable; one that is used through aliases is shared.</summary>
internal abstract class YamlNode(SourceLocation location)
{
    /// <summary>Where it stands; for one behind an alias, where its anchor is.</summary>
    internal SourceLocation Location { get; } = location;

    /// <summary>Values in it, itself included; those behind an alias count each time.</summary>
    internal int NodeCount { get; init; } = 1;

    /// <summary>Levels of lists and mappings in it; 0 for a scalar.</summary>
    internal int Height { get; init; }

    /// <summary>What it is, for messages: <c>a list</c>.</summary>
    internal abstract string Kind { get; }

    /// <summary>Whether nothing was written.</summary>
    internal virtual bool IsNull => false;
}
