namespace Sluice.Config.Model;

/// <summary>The socket that commands talk to.</summary>
public sealed record ControlConfig
{
    /// <summary>Whether there is one.</summary>
    public bool IsOn { get; init; } = true;

    /// <summary>Its path; null means the one that commands look for.</summary>
    public string? SocketPath { get; init; }
}
