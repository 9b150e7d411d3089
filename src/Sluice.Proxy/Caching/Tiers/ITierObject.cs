namespace Sluice.Proxy.Caching.Tiers;

/// <summary>An object of a tier that somebody reads: one that was found, or one that is being written. Any thread; several may read at once.</summary>
public interface ITierObject
{
    /// <summary>The metadata.</summary>
    ReadOnlySpan<byte> Meta { get; }

    /// <summary>The head; not changed.</summary>
    byte[] Head { get; }

    /// <summary>When it is of no use any more, in Unix seconds.</summary>
    long UselessAfter { get; }

    /// <summary>Whether a soft purge has marked it: it has to be asked for anew before it is used.</summary>
    bool IsMarked { get; }

    /// <summary>How much content there is to read, in bytes: all of it, or what its writer accepted so far.</summary>
    long Length { get; }

    /// <summary>Takes another reference; by one who has one. What is removed or replaced stays readable for those who have one.</summary>
    void Retain();

    /// <summary>Gives a reference back.</summary>
    void Release();

    /// <summary>Reads content, from anywhere, by one who has a reference.</summary>
    /// <param name="offset">Where, in bytes.</param>
    /// <param name="array">Stays untouched until it is done.</param>
    /// <param name="arrayOffset">Where in it.</param>
    /// <param name="count">At most so many bytes, 1 or more.</param>
    /// <returns>Bytes; 0 when there is no more, or not yet; -1 when it can't be read: what was promised can't be kept.</returns>
    ValueTask<int> ReadAsync(long offset, byte[] array, int arrayOffset, int count);
}
