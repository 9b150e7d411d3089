using Sluice.Proxy.Templates;

namespace Sluice.Proxy.Plans;

/// <summary>How the target of a request is rewritten before it goes to a server, in the order of the properties.</summary>
public sealed record RewritePlan
{
    /// <summary>Whole segments taken off the beginning of the path, if it begins with them: a canonical path without a slash at its end.</summary>
    public string? StripPrefix { get; init; }

    /// <summary>Replacements within the path, one after the other.</summary>
    public PlanList<RegexRewrite> Regexes { get; init; } = [];

    /// <summary>What takes the place of the path, and with a question mark also of the query; then neither of the above is given.</summary>
    public Template? Replace { get; init; }

    /// <summary>Put before the path: a canonical path without a slash at its end.</summary>
    public string? AddPrefix { get; init; }

    /// <summary>Changes to the query.</summary>
    public PlanList<QueryEdit> Query { get; init; } = [];
}
