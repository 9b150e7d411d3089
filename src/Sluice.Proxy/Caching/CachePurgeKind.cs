namespace Sluice.Proxy.Caching;

/// <summary>How objects are chosen that are removed from the cache.</summary>
public enum CachePurgeKind
{
    /// <summary>Everything.</summary>
    All = 0,

    /// <summary>What is stored for one URL, in all variants.</summary>
    Url,

    /// <summary>What is stored for URLs that begin so.</summary>
    Prefix,

    /// <summary>What is stored for a host.</summary>
    Host,

    /// <summary>What servers have given a tag, in <c>Surrogate-Key</c> or <c>Cache-Tag</c>.</summary>
    Tag,
}
