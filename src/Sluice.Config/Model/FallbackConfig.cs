using Sluice.Config.Diagnostics;

namespace Sluice.Config.Model;

/// <summary>What a route does when everything failed. One of both.</summary>
public sealed record FallbackConfig
{
    /// <summary>Where the request goes.</summary>
    public ProxyConfig? To { get; init; }

    /// <summary>What is answered.</summary>
    public RespondConfig? Respond { get; init; }

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
