using Sluice.Config.Diagnostics;

namespace Sluice.Config.Model;

/// <summary>A route. Exactly one of its actions is given.</summary>
public sealed record RouteConfig
{
    /// <summary>The name for logs; null lets it be made from the match.</summary>
    public string? Name { get; init; }

    /// <summary>The requests it takes.</summary>
    public MatchConfig Match { get; init; } = new();

    /// <summary>Forward the request.</summary>
    public ProxyConfig? Proxy { get; init; }

    /// <summary>Answer with a fixed response.</summary>
    public RespondConfig? Respond { get; init; }

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
