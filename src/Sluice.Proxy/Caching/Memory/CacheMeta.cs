using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sluice.Proxy.Caching.Memory;

/// <summary>64 bytes that go with an object and that the tier doesn't look into. Never changes once the object is there.</summary>
[InlineArray(CacheMeta.Bytes / sizeof(ulong))]
internal struct CacheMeta
{
    /// <summary>How many bytes there are.</summary>
    public const int Bytes = 64;

    private ulong _first;

    /// <summary>With a value of at most <see cref="Bytes"/> bytes in it, the rest 0.</summary>
    public static CacheMeta Of<T>(in T value)
        where T : unmanaged
    {
        CacheMeta meta = default;
        Span<ulong> words = meta;
        MemoryMarshal.Write(MemoryMarshal.AsBytes(words), in value);
        return meta;
    }

    /// <summary>The value that was put in.</summary>
    public readonly T As<T>()
        where T : unmanaged
    {
        ReadOnlySpan<ulong> words = this;
        return MemoryMarshal.Read<T>(MemoryMarshal.AsBytes(words));
    }
}
