using System.Net;
using System.Net.Sockets;
using Sluice.Http.Addresses;
using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Addresses;

public sealed class IpAddressTests
{
    [Theory]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("::", "::")]
    [InlineData("::1", "::1")]
    [InlineData("1::", "1::")]
    [InlineData("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8")]
    [InlineData("2001:DB8::0:1", "2001:db8::1")]
    [InlineData("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1")]
    [InlineData("1:0:0:2:0:0:0:3", "1:0:0:2::3")]
    [InlineData("1:0:0:2:3:0:0:4", "1::2:3:0:0:4")]
    [InlineData("0001:0002:0003:0004:0005:0006:0007:0008", "1:2:3:4:5:6:7:8")]
    [InlineData("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0")]
    [InlineData("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8")]
    [InlineData("64:ff9b::1.2.3.4", "64:ff9b::102:304")]
    [InlineData("::ffff:1.2.3.4", "1.2.3.4")]
    [InlineData("::FFFF:0102:0304", "1.2.3.4")]
    [InlineData("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304")]
    [InlineData("::1.2.3.4", "::102:304")]
    public void Text_WellFormed_IsReadAndWritten(string text, string expected)
    {
        Assert.True(IpAddress.TryParse(Bytes.Of(text), out IpAddress address));
        Assert.Equal(expected, address.ToString());
        Assert.True(IpAddress.TryParse(text, out IpAddress again));
        Assert.Equal(address, again);
        Assert.True(IpAddress.TryParse(expected, out again));
        Assert.Equal(address, again);
        Assert.Equal(!expected.Contains(':', StringComparison.Ordinal), address.IsIpv4);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.1000")]
    [InlineData("01.2.3.4")]
    [InlineData("1.2.3.04")]
    [InlineData("0x1.2.3.4")]
    [InlineData("1.2.3.4 ")]
    [InlineData(" 1.2.3.4")]
    [InlineData("1.2.3.4:80")]
    [InlineData("1..2.3")]
    [InlineData(".1.2.3")]
    [InlineData("1.2.3.")]
    [InlineData(":")]
    [InlineData(":::")]
    [InlineData("::1::")]
    [InlineData("1::2::3")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1:2:3:4:5:6:7:8::")]
    [InlineData("::1:2:3:4:5:6:7:8")]
    [InlineData("1:2:3:4:5:6:7:1.2.3.4")]
    [InlineData("1:2:3:4::5:6:7:8")]
    [InlineData("12345::")]
    [InlineData("g::")]
    [InlineData("1:")]
    [InlineData(":1")]
    [InlineData("::1%eth0")]
    [InlineData("[::1]")]
    [InlineData("::1.2.3")]
    [InlineData("::1.2.3.4:5")]
    [InlineData("1.2.3.4::")]
    [InlineData("unknown")]
    [InlineData("1.2.3.\u0664")]
    public void Text_Malformed_IsRefused(string text)
    {
        Assert.False(IpAddress.TryParse(Bytes.Of(text), out IpAddress address));
        Assert.False(IpAddress.TryParse(text, out _));
        Assert.Equal(default, address);
    }

    [Fact]
    public void Format_RandomAddresses_AgreesWithTheRuntime()
    {
        var random = new Random(4711);
        byte[] bytes = new byte[16];
        for (int i = 0; i < 5000; i++)
        {
            random.NextBytes(bytes);
            for (int j = 0; j < 16; j += 2)
            {
                if (random.Next(2) == 0)
                {
                    bytes[j] = bytes[j + 1] = 0;
                }
            }

            // Every group of the first 80 bits zero may be the mapped form, which is IPv4 here.
            bytes[0] |= 0x20;
            var expected = new IPAddress(bytes);
            var address = new IpAddress(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes));
            Assert.Equal(AddressFamily.InterNetworkV6, expected.AddressFamily);
            Assert.Equal(expected.ToString(), address.ToString());
            Assert.True(IpAddress.TryParse(expected.ToString(), out IpAddress parsed));
            Assert.Equal(address, parsed);
        }
    }

    [Fact]
    public void Ipv4_FromNumber_IsMapped()
    {
        var address = IpAddress.FromIpv4(0x7F000001);
        Assert.Equal("127.0.0.1", address.ToString());
        Assert.Equal(new UInt128(0, 0xFFFF_7F00_0001), address.Bits);
    }

    [Theory]
    [InlineData("127.0.0.1", 9)]
    [InlineData("2001:db8::1", 11)]
    [InlineData("1:2:3:4:5:6:7:8", 15)]
    public void Format_WithTooLittleRoom_Fails(string text, int length)
    {
        Assert.True(IpAddress.TryParse(text, out IpAddress address));
        Assert.True(address.TryFormat(new byte[length], out int written));
        Assert.Equal(length, written);
        for (int room = 0; room < length; room++)
        {
            Assert.False(address.TryFormat(new byte[room], out _));
        }
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.255.0.1", true)]
    [InlineData("10.0.0.0/8", "11.0.0.0", false)]
    [InlineData("10.0.0.0/8", "::ffff:10.1.1.1", true)]
    [InlineData("1.2.3.4", "1.2.3.4", true)]
    [InlineData("1.2.3.4", "1.2.3.5", false)]
    [InlineData("1.2.3.4/32", "1.2.3.4", true)]
    [InlineData("0.0.0.0/0", "255.1.2.3", true)]
    [InlineData("0.0.0.0/0", "::1", false)]
    [InlineData("::/0", "2001:db8::1", true)]
    [InlineData("::/0", "1.2.3.4", false)]
    [InlineData("2001:db8::/32", "2001:db8:ffff::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::", false)]
    [InlineData("::1/128", "::1", true)]
    [InlineData("::ffff:10.0.0.0/104", "10.9.9.9", true)]
    public void Range_Contains_ItsAddresses(string range, string address, bool expected)
    {
        Assert.True(IpRange.TryParse(range, out IpRange parsed));
        Assert.True(IpAddress.TryParse(address, out IpAddress value));
        Assert.Equal(expected, parsed.Contains(value));
        Assert.True(IpRange.TryParse(parsed.ToString(), out IpRange again));
        Assert.Equal(parsed, again);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.0/08")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/+8")]
    [InlineData("10.0.0.0/ 8")]
    [InlineData("10.0.0.1/8")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("::/129")]
    [InlineData("2001:db8::1/32")]
    [InlineData("example.com/8")]
    [InlineData("/8")]
    public void Range_Malformed_IsRefused(string? text)
    {
        Assert.False(IpRange.TryParse(text, out IpRange range));
        Assert.Equal(default, range);
    }
}
