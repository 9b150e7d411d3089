namespace Sluice.Config.Model;

/// <summary>How the target of requests is rewritten before they go to a server.</summary>
public sealed record RewriteConfig
{
    /// <summary>Taken off the beginning of the path.</summary>
    public string? StripPrefix { get; init; }

    /// <summary>Replacements within the path, one after the other.</summary>
    public IReadOnlyList<RegexRewriteConfig> Regexes { get; init; } = [];

    /// <summary>What takes the place of the path; excludes the two above.</summary>
    public TemplateConfig? Replace { get; init; }

    /// <summary>Put before the path.</summary>
    public string? AddPrefix { get; init; }

    /// <summary>Changes to the query.</summary>
    public QueryEditsConfig? Query { get; init; }
}
