namespace Sluice.Proxy.Plans;

/// <summary>How the attributes of cookies that servers set are rewritten (RFC 6265, section 4.1.2). Null leaves an attribute as it is.</summary>
public sealed record CookieRewritePlan
{
    /// <summary>Domains, compared in any case and without a leading dot; an empty one in its place leaves the attribute out.</summary>
    public PlanList<PrefixMapping> Domains { get; init; } = [];

    /// <summary>Beginnings of paths in whole segments, without a slash at their end; the first that fits is replaced.</summary>
    public PlanList<PrefixMapping> Paths { get; init; } = [];

    /// <summary>Whether cookies go over https only.</summary>
    public bool? Secure { get; init; }

    /// <summary>Whether cookies are hidden from scripts.</summary>
    public bool? HttpOnly { get; init; }

    /// <summary><c>Lax</c>, <c>Strict</c> or <c>None</c>.</summary>
    public string? SameSite { get; init; }
}
