using Sluice.Http.Addresses;

namespace Sluice.Proxy.Plans.Matching;

/// <summary>The client's address, which trusted proxies may have told, lies in one of several ranges.</summary>
/// <param name="Ranges">At least one. A client of a unix socket has no address and lies in none.</param>
public sealed record ClientAddressCondition(PlanList<IpRange> Ranges) : MatchCondition
{
    /// <inheritdoc/>
    public override int LeafCount => 1;

    /// <inheritdoc/>
    public override string ToString() => $"client_ip {string.Join(" or ", Ranges)}";
}
