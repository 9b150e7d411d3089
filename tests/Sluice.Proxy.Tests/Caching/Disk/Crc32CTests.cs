using Sluice.Proxy.Caching.Disk;
using Xunit;

namespace Sluice.Proxy.Tests.Caching.Disk;

public sealed class Crc32CTests
{
    [Fact]
    public void Checksum_OfKnownBytes_IsTheKnownOne()
    {
        // RFC 3720, appendix B.4, and the check value of the catalogue of parametrised CRC algorithms.
        Assert.Equal(0xE3069283, Crc32C.Append(0, "123456789"u8));
        Assert.Equal(0x8A9136AAu, Crc32C.Append(0, new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Append(0, [.. Enumerable.Repeat((byte)0xFF, 32)]));
        Assert.Equal(0x46DD794Eu, Crc32C.Append(0, [.. Enumerable.Range(0, 32).Select(static i => (byte)i)]));
    }

    [Fact]
    public void Checksum_InParts_IsThatOfTheWhole()
    {
        byte[] bytes = DiskFixture.Content(1000);
        uint whole = Crc32C.Append(7, bytes);
        for (int i = 0; i <= bytes.Length; i += 37)
        {
            Assert.Equal(whole, Crc32C.Append(Crc32C.Append(7, bytes.AsSpan(0, i)), bytes.AsSpan(i)));
        }
    }
}
