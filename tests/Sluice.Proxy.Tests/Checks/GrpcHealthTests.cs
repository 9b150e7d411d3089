using Sluice.Proxy.Health.Checks;
using Xunit;

namespace Sluice.Proxy.Tests.Checks;

/// <summary>The two messages of gRPC's health checking protocol, in bytes.</summary>
public sealed class GrpcHealthTests
{
    [Theory]
    [InlineData("", "0000000000")]
    [InlineData("a.B", "00000000050A03612E42")]
    public void Request_ForAService_IsFramed(string service, string expected) => Assert.Equal(expected, Convert.ToHexString(GrpcHealth.RequestFor(service)));

    [Fact]
    public void Request_ForALongName_HasItsLengthInTwoBytes() =>
        Assert.Equal("00000000CB0AC801", Convert.ToHexString(GrpcHealth.RequestFor(new string('s', 200)))[..16]);

    [Theory]
    [InlineData("00000000020801", 1)]
    [InlineData("00000000020802", 2)]
    [InlineData("0000000000", 0)]
    [InlineData("000000000408020801", 1)]
    [InlineData("00000000071203616263" + "0801", 1)]
    [InlineData("00000000" + "0B" + "110102030405060708" + "0801", 1)]
    [InlineData("00000000" + "07" + "1501020304" + "0801", 1)]
    public void Response_WithAStatus_IsRead(string content, int expected)
    {
        Assert.True(GrpcHealth.TryReadStatus(Convert.FromHexString(content), out ulong status));
        Assert.Equal((ulong)expected, status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("000000")]
    [InlineData("01000000020801")]
    [InlineData("00000000030801")]
    [InlineData("FFFFFFFFFF")]
    [InlineData("000000000108")]
    [InlineData("00000000020880")]
    [InlineData("000000000212FF")]
    [InlineData("00000000021205")]
    [InlineData("000000000211AA")]
    [InlineData("000000000215AA")]
    [InlineData("00000000010B")]
    [InlineData("000000000B08FFFFFFFFFFFFFFFFFFFF")]
    public void Response_ThatIsNone_IsRefused(string content) => Assert.False(GrpcHealth.TryReadStatus(Convert.FromHexString(content), out _));
}
