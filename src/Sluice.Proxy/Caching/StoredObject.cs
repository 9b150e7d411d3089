using System.Runtime.InteropServices;
using Sluice.Proxy.Caching.Memory;
using Sluice.Proxy.Caching.Tiers;

namespace Sluice.Proxy.Caching;

/// <summary>A reference to something stored, in memory or in a tier behind it. Any thread; each is released exactly once.</summary>
/// <param name="Memory">Where it is in memory; none for what is in a tier only.</param>
/// <param name="Tier">Where it is in a tier; null for what is in memory, whether or not a tier has it as well.</param>
internal readonly record struct StoredObject(MemoryObject Memory, ITierObject? Tier)
{
    /// <summary>A head in place of the stored one: that of something in a tier which was freshened just now. Null for the stored one.</summary>
    public byte[]? NewHead { get; init; }

    /// <summary>Whether it refers to nothing.</summary>
    public bool IsNone => Memory.IsNone && Tier is null;

    /// <summary>The bytes of the head, and the tags behind them.</summary>
    public ReadOnlySpan<byte> Head
    {
        get
        {
            GetHead(out byte[] array, out int start, out int count);
            return array.AsSpan(start, count);
        }
    }

    /// <summary>What is kept with it.</summary>
    public ReadOnlySpan<byte> Meta => Tier is null ? MemoryMarshal.AsBytes(new ReadOnlySpan<CacheMeta>(in Memory.Meta)) : Tier.Meta;

    /// <summary>How long the content is, in bytes, as far as it is there.</summary>
    public long Length => Tier is null ? Memory.Length : Tier.Length;

    /// <summary>Where the head is: in one piece.</summary>
    public void GetHead(out byte[] array, out int start, out int count)
    {
        if (Tier is null)
        {
            Memory.GetHead(out array, out start, out count);
            return;
        }

        array = NewHead ?? Tier.Head;
        start = 0;
        count = array.Length;
    }

    /// <summary>Takes another reference, which is released for itself.</summary>
    public StoredObject AddReference()
    {
        if (!Memory.IsNone)
        {
            Memory.AddReference();
        }

        Tier?.Retain();
        return this;
    }

    /// <summary>Gives the reference back.</summary>
    public void Release()
    {
        if (!Memory.IsNone)
        {
            Memory.Release();
        }

        Tier?.Release();
    }
}
