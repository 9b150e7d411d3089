namespace Sluice.Config.Yaml;

/// <summary>A key of a mapping and its value.</summary>
/// <remarks>A class: lists of it need no code that ahead-of-time compilation doesn't have, which start-up would wait for.</remarks>
internal sealed record MappingEntry(ScalarNode Key, YamlNode Value);
