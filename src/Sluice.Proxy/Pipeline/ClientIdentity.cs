using Sluice.Http.Forwarded;
using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Pipeline;

/// <summary>Finds out who sent a request: the peer, or whom trusted proxies name.</summary>
internal static class ClientIdentity
{
    /// <summary>Sets <see cref="Exchange.ClientAddress"/>, which begins as the peer's.</summary>
    public static void Resolve(Exchange exchange, ForwardedPlan plan)
    {
        if (plan.TrustedProxies.Count > 0)
        {
            exchange.ClientAddress = ForwardedFor.Find(exchange.Request.Fields, exchange.PeerAddress, plan.TrustedProxies).Client;
        }
    }
}
