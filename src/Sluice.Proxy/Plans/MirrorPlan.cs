namespace Sluice.Proxy.Plans;

/// <summary>Copies of a route's requests go to another upstream, whose responses are thrown away.</summary>
/// <param name="Upstream">Where copies go; one of <see cref="ProxyPlan.Upstreams"/>.</param>
public sealed record MirrorPlan(UpstreamPlan Upstream)
{
    /// <summary>The share of requests that is copied, in hundredths of a percent, 0 to 10,000.</summary>
    public int HundredthsOfPercent { get; init; } = 10_000;

    /// <summary>Requests with more content are not copied; 0 means no limit.</summary>
    public long BodyBytesMax { get; init; }

    /// <summary>Bytes of content that a copy may be behind its request; one that falls behind further is dropped. 64 KiB to 64 MiB.</summary>
    public int LagBytesMax { get; init; } = 256 * 1024;

    /// <summary>Copies of the route on their way at the same time, over all workers; further ones are dropped. 1 to 1,000,000.</summary>
    public int ConcurrencyMax { get; init; } = 100;

    /// <summary>How long a copy may take once its request was received whole, in milliseconds.</summary>
    public int TimeoutMs { get; init; } = 30_000;
}
