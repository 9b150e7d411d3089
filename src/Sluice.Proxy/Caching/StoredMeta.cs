using Sluice.Http.Caching;

namespace Sluice.Proxy.Caching;

/// <summary>What is kept with an object beside its head, in at most 64 bytes without references.</summary>
internal readonly record struct StoredMeta
{
    /// <summary>When it is fresh, and for how long stale.</summary>
    public StoredTimes Times { get; init; }

    /// <summary>The generation of a list of fields; of a response a number that no other stored response has.</summary>
    public ulong Generation { get; init; }

    /// <summary>How many variants were stored of that generation.</summary>
    public byte VariantCount { get; init; }

    /// <summary>What it is.</summary>
    public StoredKind Kind { get; init; }

    /// <summary>The length of all of the content, of which this is a slice, in bytes; 0 where it is all of it.</summary>
    public long Total { get; init; }
}
