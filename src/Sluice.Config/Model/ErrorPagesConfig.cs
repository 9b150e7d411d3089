namespace Sluice.Config.Model;

/// <summary>The pages for errors: of a route first, then of its policies and the defaults.</summary>
public sealed record ErrorPagesConfig
{
    /// <summary>No pages, whatever is said below.</summary>
    public static ErrorPagesConfig Off { get; } = new() { IsLast = true };

    /// <summary>Lists of pages; one goes before those behind it.</summary>
    public IReadOnlyList<IReadOnlyList<ErrorPageConfig>> Layers { get; init; } = [];

    /// <summary>Whether what is said below does not count.</summary>
    public bool IsLast { get; init; }

    /// <summary>These, and those below for statuses about which these say nothing.</summary>
    public ErrorPagesConfig Over(ErrorPagesConfig? below) =>
        below is null || IsLast ? this : new ErrorPagesConfig { Layers = [.. Layers, .. below.Layers], IsLast = below.IsLast };
}
