using System.Buffers.Binary;
using System.Numerics;

namespace Sluice.Proxy.Caching.Disk;

/// <summary>CRC-32C (Castagnoli; RFC 3720, appendix B.4), by the processor's instruction where it has one: it finds damage, not malice.</summary>
internal static class Crc32C
{
    /// <summary>Goes on with a checksum, or begins one with a <paramref name="seed"/> that makes equal bytes in different places differ.</summary>
    public static uint Append(uint seed, ReadOnlySpan<byte> bytes)
    {
        uint crc = ~seed;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte single in bytes)
        {
            crc = BitOperations.Crc32C(crc, single);
        }

        return ~crc;
    }
}
