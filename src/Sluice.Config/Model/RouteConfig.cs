using Sluice.Config.Diagnostics;

namespace Sluice.Config.Model;

/// <summary>A route. Exactly one of its actions is given.</summary>
public sealed record RouteConfig
{
    /// <summary>The name for logs; null lets it be made from the match.</summary>
    public string? Name { get; init; }

    /// <summary>The requests it takes.</summary>
    public MatchConfig Match { get; init; } = new();

    /// <summary>Routes of a higher one go before all routes of a lower one.</summary>
    public int Priority { get; init; }

    /// <summary>Forward the request.</summary>
    public ProxyConfig? Proxy { get; init; }

    /// <summary>Answer with a fixed response.</summary>
    public RespondConfig? Respond { get; init; }

    /// <summary>Send the client elsewhere.</summary>
    public RedirectConfig? Redirect { get; init; }

    /// <summary>Answer with files.</summary>
    public FilesConfig? Files { get; init; }

    /// <summary>What happens when everything failed; null for the error.</summary>
    public FallbackConfig? Fallback { get; init; }

    /// <summary>The policies it uses; a later one goes before an earlier one.</summary>
    public IReadOnlyList<PolicyUseConfig> Use { get; init; } = [];

    /// <summary>What it says itself, which goes before its policies, which go before the defaults.</summary>
    public RouteSettingsConfig Settings { get; init; } = new();

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
