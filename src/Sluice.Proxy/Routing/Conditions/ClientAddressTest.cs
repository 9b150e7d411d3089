using Sluice.Http.Addresses;
using Sluice.Proxy.Plans.Matching;

namespace Sluice.Proxy.Routing.Conditions;

/// <summary>Tests the client's address.</summary>
internal sealed class ClientAddressTest(ClientAddressCondition plan) : Condition
{
    private readonly IpRange[] _ranges = [.. plan.Ranges];

    internal override bool Matches(in RouteInput input)
    {
        // 0 is the client of a unix socket, which has no address: "::/0" does not mean it.
        if (input.ClientAddress == default)
        {
            return false;
        }

        foreach (IpRange range in _ranges)
        {
            if (range.Contains(input.ClientAddress))
            {
                return true;
            }
        }

        return false;
    }
}
