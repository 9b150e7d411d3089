using Sluice.Proxy.Upstreams;
using Xunit;

namespace Sluice.Proxy.Tests;

/// <summary>Quantiles of response times.</summary>
public sealed class ResponseQuantileTests
{
    [Fact]
    public void Quantile_OfTooFewTimes_IsUnknown()
    {
        var times = new ResponseQuantile();
        for (int i = 1; i < ResponseQuantile.Enough; i++)
        {
            times.Add(5);
        }

        Assert.Equal(0, times.Milliseconds(9_500));
        times.Add(5);
        Assert.InRange(times.Milliseconds(9_500), 5, 6);
    }

    [Theory]
    [InlineData(5_000, 500)]
    [InlineData(9_000, 900)]
    [InlineData(9_500, 950)]
    [InlineData(9_900, 990)]
    public void Quantile_OfTimesThatAreSpread_IsWithinAnEighthAndNeverBelow(int hundredths, int expectedMs)
    {
        var times = new ResponseQuantile();
        for (int i = 0; i < 1_000; i++)
        {
            times.Add(i);
        }

        Assert.InRange(times.Milliseconds(hundredths), expectedMs, (expectedMs * 9 / 8) + 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.001)]
    [InlineData(0.9)]
    [InlineData(1_000)]
    [InlineData(3_600_000)]
    [InlineData(1e12)]
    public void Quantile_OfAnyTime_IsNotBelowIt(double milliseconds)
    {
        var times = new ResponseQuantile();
        for (int i = 0; i < ResponseQuantile.Enough; i++)
        {
            times.Add(milliseconds);
        }

        Assert.InRange(times.Milliseconds(5_000), Math.Max(1, Math.Min(milliseconds, 2_147_483)), Math.Min((milliseconds * 1.13) + 1, 2_500_000 + milliseconds));
    }

    [Fact]
    public void Quantile_WhenTimesChange_Follows()
    {
        var times = new ResponseQuantile();
        for (int i = 0; i < 100_000; i++)
        {
            times.Add(1_000);
        }

        for (int i = 0; i < 10_000; i++)
        {
            times.Add(10);
        }

        Assert.InRange(times.Milliseconds(9_500 - 1_000), 10, 12);
    }
}
