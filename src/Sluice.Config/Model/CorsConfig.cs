using Sluice.Config.Diagnostics;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>Which pages of other origins may use a route from within a browser.</summary>
public sealed record CorsConfig
{
    /// <summary>Nothing is said about it by this program.</summary>
    public static CorsConfig Off { get; } = new();

    /// <summary>The origins; a wildcard <c>*</c> is every one.</summary>
    public IReadOnlyList<CorsOrigin> Origins { get; init; } = [];

    /// <summary>The methods; null means those of the route, or else the usual ones.</summary>
    public IReadOnlyList<string>? Methods { get; init; }

    /// <summary>The request headers; <c>*</c> for whatever is asked for.</summary>
    public IReadOnlyList<string> Headers { get; init; } = ["*"];

    /// <summary>The response headers that scripts may read; <c>*</c> for all.</summary>
    public IReadOnlyList<string> Expose { get; init; } = [];

    /// <summary>Whether credentials go along.</summary>
    public bool Credentials { get; init; }

    /// <summary>How long browsers may remember a preflight; null leaves it to them.</summary>
    public int? MaxAgeMs { get; init; }

    /// <summary>Whether public pages may reach this private address.</summary>
    public bool PrivateNetwork { get; init; }

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }

    /// <summary>Whether every origin may.</summary>
    public bool AnyOrigin => Origins.Any(origin => origin is { Text: "*", Kind: CorsOriginKind.Wildcard });
}
