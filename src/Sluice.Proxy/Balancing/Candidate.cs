using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Balancing;

/// <summary>A server that gets requests, with what it is compared by: side by side, so that comparing reaches its load without going by way of the server.</summary>
/// <param name="Member">The server.</param>
/// <param name="Load">What it has to do.</param>
/// <param name="Weight">Its weight.</param>
internal readonly record struct Candidate(UpstreamMember Member, ServerLoad Load, int Weight);
