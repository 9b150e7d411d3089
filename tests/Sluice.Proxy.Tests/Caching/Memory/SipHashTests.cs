using Sluice.Proxy.Caching.Memory;
using Xunit;

namespace Sluice.Proxy.Tests.Caching.Memory;

public sealed class SipHashTests
{
    [Theory]
    [InlineData("a", 0x407448D2B89B1813)]
    [InlineData("abcdefg", 0x6DB12AAE9070F506)]
    [InlineData("abcdefgh", 0x3F7B849C0B8E35EA)]
    [InlineData("abcdefghi", 0xF89B34A3D11EB6E5)]
    public void Hash_WithAKnownKey_IsThatOfAnother(string text, ulong expected)
    {
        // What CPython 3.11 says of these bytes where PYTHONHASHSEED is 0: its hash is SipHash-1-3, then with a key of zeros.
        Assert.Equal(expected, new SipHash(0, 0).Of(Tiers.Bytes(text)));
    }

    [Fact]
    public void Hash_OfEveryLength_DiffersFromThoseBefore()
    {
        SipHash hash = SipHash.WithRandomKey();
        byte[] bytes = new byte[100];

        Assert.Equal(101, Enumerable.Range(0, 101).Select(length => hash.Of(bytes.AsSpan(0, length))).Distinct().Count());
    }

    [Fact]
    public void Keys_OfTwoTiers_Differ()
    {
        Assert.NotEqual(SipHash.WithRandomKey().Of("key"u8), SipHash.WithRandomKey().Of("key"u8));
    }
}
