using Sluice.Proxy.Caching.Tiers;
using Sluice.Proxy.Plans;

namespace Sluice.Proxy;

/// <summary>How a <see cref="SluiceServer"/> runs, apart from what it serves.</summary>
public sealed record SluiceServerOptions
{
    /// <summary>Event-loop threads, 1 to 1,024; 0 means one per core the process may use. Pinned when there are as many as cores.</summary>
    public int Workers { get; init; }

    /// <summary>Where access-log lines go when <see cref="ProxyPlan.AccessLog"/> is on; null is standard output.</summary>
    public Stream? AccessLogOutput { get; init; }

    /// <summary>Where the program's own messages go, a line each, from any thread; null is standard error. Threads of event loops call it, so it must not wait for anything.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>
    /// A tier of the cache behind memory and disk: a store that several machines share, say. Whoever made it ends it, after the server. Null for none.
    /// </summary>
    public ICacheTier? CacheTier { get; init; }
}
