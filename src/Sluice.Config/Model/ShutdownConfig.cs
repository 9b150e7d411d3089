namespace Sluice.Config.Model;

/// <summary>How the program ends.</summary>
public sealed record ShutdownConfig
{
    /// <summary>How long requests in progress may go on after SIGTERM.</summary>
    public int GraceMs { get; init; } = 30_000;
}
