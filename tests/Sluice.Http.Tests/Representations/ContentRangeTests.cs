using System.Text;
using Sluice.Http.Representations;

namespace Sluice.Http.Tests.Representations;

public sealed class ContentRangeTests
{
    [Theory]
    [InlineData("bytes 0-0/1", 0, 0, 1)]
    [InlineData("bytes 5-9/10", 5, 9, 10)]
    [InlineData("Bytes 0-999999999999999998/999999999999999999", 0, 999_999_999_999_999_998, 999_999_999_999_999_999)]
    public void TryParse_OfAPart_ReadsIt(string value, long first, long last, long length)
    {
        Assert.True(ContentRange.TryParse(Encoding.ASCII.GetBytes(value), out long readFirst, out long readLast, out long readLength));
        Assert.Equal((first, last, length), (readFirst, readLast, readLength));
    }

    [Theory]
    [InlineData("")]
    [InlineData("bytes")]
    [InlineData("bytes ")]
    [InlineData("bytes */10")]
    [InlineData("bytes 0-9/*")]
    [InlineData("bytes 5-4/10")]
    [InlineData("bytes 0-10/10")]
    [InlineData("bytes -9/10")]
    [InlineData("bytes 0-/10")]
    [InlineData("bytes 0/10-9")]
    [InlineData("bytes 0-9/10 ")]
    [InlineData("bytes +0-9/10")]
    [InlineData("bytes 0-9/10, 0-9/10")]
    [InlineData("bytes 0-9/9999999999999999999")]
    [InlineData("items 0-9/10")]
    public void TryParse_OfAnythingElse_Refuses(string value)
    {
        Assert.False(ContentRange.TryParse(Encoding.ASCII.GetBytes(value), out _, out _, out _));
    }
}
