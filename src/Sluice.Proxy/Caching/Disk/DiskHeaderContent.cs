namespace Sluice.Proxy.Caching.Disk;

/// <summary>What the header of an object's file is made from.</summary>
/// <param name="key">At most <see cref="DiskHeader.KeyBytesMax"/>.</param>
/// <param name="meta">At most <see cref="DiskHeader.MetaBytes"/>.</param>
/// <param name="head">At most <see cref="DiskHeader.HeadBytesMax"/>.</param>
/// <param name="uselessAfter">In Unix seconds.</param>
internal readonly ref struct DiskHeaderContent(ReadOnlySpan<byte> key, ReadOnlySpan<byte> meta, ReadOnlySpan<byte> head, long uselessAfter)
{
    /// <summary>The key.</summary>
    public readonly ReadOnlySpan<byte> Key = key;

    /// <summary>The metadata.</summary>
    public readonly ReadOnlySpan<byte> Meta = meta;

    /// <summary>The head.</summary>
    public readonly ReadOnlySpan<byte> Head = head;

    /// <summary>When it is of no use any more.</summary>
    public readonly long UselessAfter = uselessAfter;
}
