using Sluice.Http.Addresses;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Proxy.Plans;

/// <summary>Which peers are believed about the origin of a request, and which fields tell upstreams about it.</summary>
public sealed record ForwardedPlan
{
    /// <summary>Proxies in front of this one. What others say in <c>X-Forwarded-*</c> or <c>Forwarded</c> is thrown away.</summary>
    public PlanList<IpRange> TrustedProxies { get; init; } = [];

    /// <summary>Whether <c>X-Forwarded-For</c>, <c>-Proto</c>, <c>-Host</c> and <c>X-Real-IP</c> are sent.</summary>
    public bool XForwarded { get; init; } = true;

    /// <summary>Whether the <c>Forwarded</c> field of RFC 7239 is sent.</summary>
    public bool Forwarded { get; init; }

    /// <summary>What upstreams are told of a client's certificate.</summary>
    public ClientIdentityPlan ClientIdentity { get; init; } = new();

    /// <summary>Whether <c>Via</c> (RFC 9110, section 7.6.3) is added in both directions.</summary>
    public bool Via { get; init; }
}
