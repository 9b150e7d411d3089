using System.Text;
using Sluice.Http.Http1;
using Sluice.Proxy.Grpc;
using Xunit;

namespace Sluice.Proxy.Tests.Grpc;

/// <summary>Values of <c>grpc-timeout</c>, read and written.</summary>
public sealed class GrpcTimeoutTests
{
    [Theory]
    [InlineData("1H", 3_600_000_000)]
    [InlineData("2M", 120_000_000)]
    [InlineData("3S", 3_000_000)]
    [InlineData("300m", 300_000)]
    [InlineData("00000007u", 7)]
    [InlineData("1n", 1)]
    [InlineData("1001n", 2)]
    [InlineData("99999999H", 359_999_996_400_000_000)]
    [InlineData("0S", 0)]
    public void Timeout_ByTheRules_IsRead(string value, long expectedUs)
    {
        Assert.True(GrpcTimeout.TryParse(Encoding.ASCII.GetBytes(value), out long timeoutUs));
        Assert.Equal(expectedUs, timeoutUs);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("123456789S")]
    [InlineData("1s")]
    [InlineData("1h")]
    [InlineData("1 S")]
    [InlineData("+1S")]
    [InlineData("-1S")]
    [InlineData("1.5S")]
    [InlineData("0x1S")]
    [InlineData("1SS")]
    [InlineData("1,2S")]
    public void Timeout_AgainstTheRules_IsRefused(string value) =>
        Assert.False(GrpcTimeout.TryParse(Encoding.ASCII.GetBytes(value), out _));

    [Theory]
    [InlineData(-5, "1u")]
    [InlineData(0, "1u")]
    [InlineData(99_999, "99999u")]
    [InlineData(100_000, "100m")]
    [InlineData(299_999, "299m")]
    [InlineData(99_999_999_999, "99999999m")]
    [InlineData(100_000_000_000, "100000S")]
    [InlineData(99_999_999_000_000, "99999999S")]
    [InlineData(100_000_000_000_000, "27777H")]
    [InlineData(359_999_996_400_000_000, "99999999H")]
    public void Timeout_Written_IsNotLongerAndHasAtMostEightDigits(long timeoutUs, string expected)
    {
        var writer = new HeadWriter(new byte[64]);

        GrpcTimeout.Append(ref writer, timeoutUs);

        Assert.Equal($"grpc-timeout: {expected}\r\n", Encoding.ASCII.GetString(writer.WrittenFrom(0)));
        Assert.True(GrpcTimeout.TryParse(Encoding.ASCII.GetBytes(expected), out long readUs));
        Assert.True(readUs <= Math.Max(timeoutUs, 1));
    }
}
