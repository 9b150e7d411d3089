using Sluice.Config.Diagnostics;

namespace Sluice.Config.Model;

/// <summary>A named bundle of settings that routes take with <c>use</c>.</summary>
public sealed record PolicyConfig
{
    /// <summary>Unique within a configuration.</summary>
    public string Name { get; init; } = "";

    /// <summary>What it says.</summary>
    public RouteSettingsConfig Settings { get; init; } = new();

    /// <summary>Where its name was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
