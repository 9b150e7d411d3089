using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Balancing.Hashing;

/// <summary>Assigns keys to the servers of a tier, so that few keys change theirs when servers come and go. Immutable.</summary>
/// <remarks>It has all servers, whatever their health: the keys of one that gets no requests go each to a next one of its own, and come back with it; no other key moves.</remarks>
internal abstract class HashTable
{
    /// <summary>Makes the table of a policy.</summary>
    /// <param name="policy">One of those by hash.</param>
    /// <param name="members">The servers of a tier; at least one.</param>
    public static HashTable Create(BalancePolicy policy, UpstreamMember[] members) =>
        policy == BalancePolicy.Maglev ? new MaglevTable(members) : new RingTable(members);

    /// <summary>Where a key is, for <see cref="At"/>.</summary>
    public abstract int Locate(ulong hash);

    /// <summary>The server of a key by its number within the upstream, and with a greater step the ones that take its place; a server may come more than once.</summary>
    /// <param name="hash">The key's hash.</param>
    /// <param name="location">Where it is.</param>
    /// <param name="step">From 0.</param>
    public abstract int At(ulong hash, int location, int step);
}
