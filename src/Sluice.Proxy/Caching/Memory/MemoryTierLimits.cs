namespace Sluice.Proxy.Caching.Memory;

/// <summary>How much the memory tier may hold.</summary>
/// <param name="Bytes">In all: pages, and what is known of objects. At least 2 MiB; up to 32 GiB are used.</param>
/// <param name="ObjectBytes">Content of one object. An eighth of <paramref name="Bytes"/> at most is used.</param>
internal sealed record MemoryTierLimits(long Bytes, long ObjectBytes);
