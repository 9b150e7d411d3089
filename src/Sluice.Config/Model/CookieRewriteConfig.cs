using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>How cookies that servers set are rewritten. Null: nothing said.</summary>
public sealed record CookieRewriteConfig
{
    /// <summary>Domains, and what takes their place.</summary>
    public IReadOnlyList<PrefixMapping> Domains { get; init; } = [];

    /// <summary>Beginnings of paths, and what takes their place.</summary>
    public IReadOnlyList<PrefixMapping> Paths { get; init; } = [];

    /// <summary>Whether cookies go over https only.</summary>
    public bool? Secure { get; init; }

    /// <summary>Whether cookies are hidden from scripts.</summary>
    public bool? HttpOnly { get; init; }

    /// <summary><c>Lax</c>, <c>Strict</c> or <c>None</c>.</summary>
    public string? SameSite { get; init; }
}
