namespace Sluice.Proxy.Plans;

/// <summary>Which pages of other origins may use a route from within a browser (the Fetch standard, section 3.2).</summary>
public sealed record CorsPlan
{
    /// <summary>The origins; at least one, unless <see cref="AnyOrigin"/>.</summary>
    public PlanList<CorsOrigin> Origins { get; init; } = [];

    /// <summary>Whether every origin may; never together with <see cref="Credentials"/>.</summary>
    public bool AnyOrigin { get; init; }

    /// <summary>The methods that a preflight allows.</summary>
    public PlanList<string> Methods { get; init; } = [];

    /// <summary>The request headers that a preflight allows, apart from those that need no permission.</summary>
    public PlanList<string> Headers { get; init; } = [];

    /// <summary>Whether a preflight allows whatever headers it asks for.</summary>
    public bool AnyHeader { get; init; } = true;

    /// <summary>The response headers that scripts may read, apart from those that need no permission; <c>*</c> for all.</summary>
    public PlanList<string> Expose { get; init; } = [];

    /// <summary>Whether cookies, client certificates and authentication go along.</summary>
    public bool Credentials { get; init; }

    /// <summary>How long browsers may remember a preflight; -1 leaves it to them (5 s).</summary>
    public int MaxAgeSeconds { get; init; } = -1;

    /// <summary>Whether public pages may reach this private address (Private Network Access, section 3.2).</summary>
    public bool PrivateNetwork { get; init; }
}
