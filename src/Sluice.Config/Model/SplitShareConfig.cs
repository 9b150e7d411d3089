using Sluice.Config.Diagnostics;

namespace Sluice.Config.Model;

/// <summary>One of the upstreams that a route splits its requests between.</summary>
public sealed record SplitShareConfig
{
    /// <summary>Where its requests go; itself without a split.</summary>
    public ProxyConfig? To { get; init; }

    /// <summary>Its share of the requests relative to its siblings, 0 to 1,000.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
