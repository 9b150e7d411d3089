using Sluice.Proxy.Caching.Tiers;

namespace Sluice.TestKit.Caching;

/// <summary>An object of a <see cref="SharedStore"/>, or one that is being written there. Any thread.</summary>
public sealed class SharedObject : ITierObject
{
    private readonly byte[] _meta;
    private volatile byte[] _content;
    private volatile bool _isMarked;

    /// <summary>One with this content so far.</summary>
    public SharedObject(byte[] key, byte[] meta, byte[] head, long uselessAfter, byte[] content)
    {
        Key = key;
        _meta = meta;
        Head = head;
        UselessAfter = uselessAfter;
        _content = content;
    }

    /// <summary>What it is found by.</summary>
    public byte[] Key { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Meta => _meta;

    /// <inheritdoc/>
    public byte[] Head { get; }

    /// <inheritdoc/>
    public long UselessAfter { get; }

    /// <inheritdoc/>
    public bool IsMarked => _isMarked;

    /// <inheritdoc/>
    public long Length => _content.Length;

    /// <summary>The content.</summary>
    internal byte[] Content => _content;

    /// <inheritdoc/>
    public void Retain()
    {
    }

    /// <inheritdoc/>
    public void Release()
    {
    }

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(long offset, byte[] array, int arrayOffset, int count)
    {
        await Task.Yield();
        byte[] content = _content;
        int read = (int)Math.Clamp(content.Length - offset, 0, count);
        content.AsSpan((int)Math.Min(offset, content.Length), read).CopyTo(array.AsSpan(arrayOffset));
        return read;
    }

    internal void Append(ReadOnlySpan<byte> bytes) => _content = [.. _content, .. bytes];

    internal void Mark() => _isMarked = true;
}
