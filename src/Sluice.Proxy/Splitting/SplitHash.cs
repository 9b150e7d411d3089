using System.Buffers.Binary;

namespace Sluice.Proxy.Splitting;

/// <summary>A hash for spreading keys. The same in every process and version, so that a restart or a second machine moves nobody.</summary>
/// <remarks>Not for keeping secrets: who can choose a key can choose an upstream, which is no more than trying until it is drawn.</remarks>
internal static class SplitHash
{
    // FNV-1a with 64 bits (Fowler, Noll, Vo; draft-eastlake-fnv).
    private const ulong OffsetBasis = 0xCBF29CE484222325;
    private const ulong Prime = 0x00000100000001B3;

    /// <summary>The hash of bytes.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        ulong hash = OffsetBasis;
        foreach (byte value in bytes)
        {
            hash = (hash ^ value) * Prime;
        }

        return Mix(hash);
    }

    /// <summary>The hash of an address.</summary>
    public static ulong Of(UInt128 address)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, address);
        return Of(bytes);
    }

    /// <summary>Spreads a difference of one bit over all of them: the finalizer of SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014).</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
