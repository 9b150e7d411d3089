namespace Sluice.Proxy.Caching.Tiers;

/// <summary>What a tier is given with content. The spans are on loan until the call returns.</summary>
public readonly ref struct TierEntry
{
    /// <summary>What it is found by: at most 64 KiB, of any bytes. It begins with a URL, which ends at the first byte of 0 or 1.</summary>
    public required ReadOnlySpan<byte> Key { get; init; }

    /// <summary>Metadata: <see cref="CacheTierFormat.MetaBytes"/>, given back as they are.</summary>
    public required ReadOnlySpan<byte> Meta { get; init; }

    /// <summary>The head of a response and its tags, given back as they are.</summary>
    public required ReadOnlySpan<byte> Head { get; init; }

    /// <summary>How long the content will be, in bytes; -1 when that isn't known.</summary>
    public long ContentLength { get; init; }

    /// <summary>When it is of no use any more, in Unix seconds.</summary>
    public required long UselessAfter { get; init; }

    /// <summary>The <see cref="ICacheTier.Mark"/> of before it was asked for from its server.</summary>
    public required PurgeMark Since { get; init; }

    /// <summary>Of what is refreshed, the metadata of the object that its server was asked about: what has others has been replaced since, and is left as it is.</summary>
    public ReadOnlySpan<byte> MetaBefore { get; init; }

    /// <summary>
    /// Whether it is a copy of what memory has had for a while, and not what a server has just sent. A store that others write to takes it only where the key has nothing: what is there may
    /// be newer.
    /// </summary>
    public bool IsCopy { get; init; }

    /// <summary>How often it was asked for of late, 0 to 15: a tier need not take what is asked for once.</summary>
    public int Uses { get; init; }
}
