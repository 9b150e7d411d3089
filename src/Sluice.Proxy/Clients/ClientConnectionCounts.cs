using System.Collections.Concurrent;
using Sluice.Http.Addresses;
using Sluice.Http.Forwarded;
using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Clients;

/// <summary>Counts connections by who opened them, over all workers, where a limit is set. Asked when a connection begins and ends, never for a request.</summary>
/// <remarks>
/// An IPv6 client is its /64: a single customer commonly has one to itself, with more addresses than could be counted. Trusted proxies and peers on a unix socket stand
/// for many clients and are not counted. The table has one entry per client that is connected, so it is bounded by the connections there may be.
/// </remarks>
internal sealed class ClientConnectionCounts
{
    private const int SubnetBits = 64;

    private readonly ConcurrentDictionary<UInt128, int> _counts = new();

    /// <summary>Counts a connection; false when its client has as many as the plan allows. Any thread.</summary>
    /// <param name="peer">Who opened it.</param>
    /// <param name="plan">The limit, and who is exempt from it.</param>
    /// <param name="isCounted">Whether <see cref="Remove"/> is to be called when it closes, whatever the limit is by then.</param>
    public bool TryAdd(IpAddress peer, ProxyPlan plan, out bool isCounted)
    {
        int max = plan.Limits.ConnectionsPerClientMax;
        isCounted = max > 0 && peer.Bits != 0 && !ForwardedFor.IsTrusted(peer, plan.Forwarded.TrustedProxies);
        if (!isCounted)
        {
            return true;
        }

        UInt128 key = KeyOf(peer);
        while (true)
        {
            if (!_counts.TryGetValue(key, out int count))
            {
                if (_counts.TryAdd(key, 1))
                {
                    return true;
                }
            }
            else if (count >= max)
            {
                isCounted = false;
                return false;
            }
            else if (_counts.TryUpdate(key, count + 1, count))
            {
                return true;
            }
        }
    }

    /// <summary>Counts a closed connection that <see cref="TryAdd"/> counted. Any thread.</summary>
    public void Remove(IpAddress peer)
    {
        UInt128 key = KeyOf(peer);
        while (_counts.TryGetValue(key, out int count))
        {
            bool done = count == 1 ? _counts.TryRemove(new KeyValuePair<UInt128, int>(key, 1)) : _counts.TryUpdate(key, count - 1, count);
            if (done)
            {
                return;
            }
        }
    }

    private static UInt128 KeyOf(IpAddress peer) => peer.IsIpv4 ? peer.Bits : peer.Bits >> SubnetBits << SubnetBits;
}
