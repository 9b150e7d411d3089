namespace Sluice.Proxy.Upstreams;

/// <summary>A server as a member of its upstream: what one configuration says about it. Immutable.</summary>
/// <param name="Server">The server, whose state outlives the configuration.</param>
/// <param name="Weight">Its share of the requests relative to its siblings, 1 to 1,000.</param>
/// <param name="Tier">Servers of a higher one get requests only when those of the lower ones can't take them; from 0.</param>
/// <param name="Index">Its number within the upstream.</param>
public sealed record UpstreamMember(ServerState Server, int Weight, int Tier, int Index)
{
    /// <summary>A bit that stands for it among the members a request could not be sent to; members 64 apart share one.</summary>
    internal ulong Bit => BitOf(Index);

    /// <summary>The bit of the server with a number.</summary>
    internal static ulong BitOf(int index) => 1UL << (index & 63);
}
