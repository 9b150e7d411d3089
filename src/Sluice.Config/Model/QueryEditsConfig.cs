namespace Sluice.Config.Model;

/// <summary>Changes to queries.</summary>
public sealed record QueryEditsConfig
{
    /// <summary>The changes in the order they were written.</summary>
    public IReadOnlyList<QueryEditConfig> Entries { get; init; } = [];
}
