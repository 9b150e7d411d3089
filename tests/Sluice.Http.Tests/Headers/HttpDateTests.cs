using System.Text;
using Sluice.Http.Headers;

namespace Sluice.Http.Tests.Headers;

public sealed class HttpDateTests
{
    [Theory]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Sun Nov  6 08:49:37 1994")]
    public void Parse_OfEachForm_GivesTheSameTime(string text)
    {
        Assert.True(HttpDate.TryParse(Encoding.ASCII.GetBytes(text), out long seconds));
        Assert.Equal(784111777, seconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 UTC")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT ")]
    [InlineData("Xxx, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 31 Feb 1994 08:49:37 GMT")]
    [InlineData("Sun, 00 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 0000 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 24:00:00 GMT")]
    [InlineData("Sun, 06 Nov 1994 08:60:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 -8:49:37 GMT")]
    [InlineData("Sun, +6 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 ovD 1994 08:49:37 GMT")]
    [InlineData("Sun Nov 06 08:49:37 1994 GMT")]
    public void Parse_OfAnythingElse_Fails(string text) => Assert.False(HttpDate.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void Parse_OfTwoDigitsFarAhead_IsOfTheCenturyBefore()
    {
        int year = (DateTime.UtcNow.Year + 51) % 100;
        Assert.True(HttpDate.TryParse(Encoding.ASCII.GetBytes($"Sunday, 06-Nov-{year:00} 08:49:37 GMT"), out long seconds));
        Assert.Equal(DateTime.UtcNow.Year + 51 - 100, DateTimeOffset.FromUnixTimeSeconds(seconds).Year);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(784111777)]
    [InlineData(4102444800)]
    public void Write_ThenParse_GivesTheSameTime(long seconds)
    {
        var text = new byte[HttpDate.Bytes];
        HttpDate.Write(seconds, text);
        Assert.True(HttpDate.TryParse(text, out long again));
        Assert.Equal(seconds, again);
    }
}
