using Sluice.Http.Addresses;

namespace Sluice.Proxy.Plans;

/// <summary>A route that is closed for the time being.</summary>
public sealed record MaintenancePlan
{
    /// <summary>400 to 599.</summary>
    public int Status { get; init; } = 503;

    /// <summary>What <c>Retry-After</c> says (RFC 9110, section 10.2.3); 0 leaves it out.</summary>
    public int RetryAfterSeconds { get; init; }

    /// <summary>The content; null leaves it to the error pages of the route.</summary>
    public PagePlan? Page { get; init; }

    /// <summary>Clients that get through all the same.</summary>
    public PlanList<IpRange> Except { get; init; } = [];
}
