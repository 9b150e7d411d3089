using Sluice.Http.Forwarded;
using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Pipeline;

/// <summary>Finds out who sent a request, and how: the peer, or what trusted proxies tell.</summary>
internal static class ClientIdentity
{
    /// <summary>Sets <see cref="Exchange.ClientAddress"/>, which begins as the peer's.</summary>
    /// <returns>Whether the client used https: the same that <c>{scheme}</c> says.</returns>
    public static bool Resolve(Exchange exchange, ForwardedPlan plan)
    {
        if (plan.TrustedProxies.Count == 0)
        {
            return exchange.IsTls;
        }

        ForwardedOrigin origin = ForwardedFor.Find(exchange.Request.Fields, exchange.PeerAddress, plan.TrustedProxies);
        exchange.ClientAddress = origin.Client;
        return origin.Proto.IsEmpty ? exchange.IsTls : origin.Proto.SequenceEqual("https"u8);
    }
}
