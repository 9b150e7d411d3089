namespace Sluice.Http.Caching;

/// <summary>How the cache handled a request, as <c>Cache-Status</c> tells it (RFC 9211, section 2).</summary>
public readonly ref struct CacheStatus
{
    /// <summary>Why it was forwarded; <see cref="ForwardReason.None"/> is a hit.</summary>
    public ForwardReason Forward { get; init; }

    /// <summary>The status that the next server answered with; 0 leaves it out.</summary>
    public int ForwardStatus { get; init; }

    /// <summary>For how many more seconds the response is fresh; below 0 when it is stale, null leaves it out.</summary>
    public long? Ttl { get; init; }

    /// <summary>Whether the response was stored.</summary>
    public bool IsStored { get; init; }

    /// <summary>Whether the request waited for another.</summary>
    public CollapseOutcome Collapse { get; init; }

    /// <summary>The key; empty leaves it out. It tells attackers what isn't part of it (section 6).</summary>
    public ReadOnlySpan<byte> Key { get; init; }

    /// <summary>A word or text of this cache's own; empty leaves it out.</summary>
    public ReadOnlySpan<byte> Detail { get; init; }
}
