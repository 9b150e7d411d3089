using Sluice.Config.Diagnostics;
using Sluice.Proxy.Plans.Caching;

namespace Sluice.Config.Model.Caching;

/// <summary>Where and how responses are kept on disk.</summary>
/// <param name="Plan">What needs no compiling.</param>
/// <param name="Location">Where it was written, if in a file.</param>
public sealed record DiskCacheConfig(DiskCachePlan Plan, SourceLocation? Location = null)
{
    /// <summary>The largest content that is kept, in bytes; null says nothing.</summary>
    public long? ObjectBytesMax { get; init; }
}
