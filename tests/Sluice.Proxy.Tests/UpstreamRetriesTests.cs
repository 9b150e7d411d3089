using Sluice.Proxy.Retries;
using Xunit;

namespace Sluice.Proxy.Tests;

/// <summary>How many retries an upstream may have at once.</summary>
public sealed class UpstreamRetriesTests
{
    [Theory]
    [InlineData(0, 20, 3, 3)]
    [InlineData(10, 20, 3, 3)]
    [InlineData(100, 20, 3, 20)]
    [InlineData(104, 20, 3, 20)]
    [InlineData(1_000, 99, 0, 990)]
    [InlineData(1_000, 0, 0, 0)]
    public void Budget_IsAShareOfTheRequestsInFlight(int requests, int percent, int min, int expected)
    {
        var retries = new UpstreamRetries();
        int taken = 0;
        while (taken <= expected && retries.TryTake(requests, percent, min))
        {
            taken++;
        }

        Assert.Equal((expected, 1L), (taken, retries.Exhausted));
        for (int i = 0; i < taken; i++)
        {
            retries.Return();
        }

        Assert.Equal(0, retries.InFlight);
        Assert.Equal(expected > 0, retries.TryTake(requests, percent, min));
    }

    [Fact]
    public void Budget_OfAll_LetsEveryRequestThatFailedAtOnceTryAgain()
    {
        // A frozen server: all of its requests fail in one moment, and none is left that isn't to be sent again.
        var retries = new UpstreamRetries();
        for (int left = 64; left > 0; left--)
        {
            Assert.True(retries.TryTake(requests: left - 1, percent: 100, min: 0));
        }

        Assert.Equal(0, retries.Exhausted);
    }

    [Fact]
    public void Budget_DoesNotGrowWithTheRetriesThemselves()
    {
        var retries = new UpstreamRetries();
        int requests = 100;
        int taken = 0;
        while (taken < 100 && retries.TryTake(requests, percent: 20, min: 0))
        {
            // Each becomes a request in flight itself.
            taken++;
            retries.Attach();
            requests++;
        }

        Assert.Equal(20, taken);
    }

    [Fact]
    public async Task Budget_TakenByManyThreads_IsNeverExceeded()
    {
        var retries = new UpstreamRetries();
        int highest = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                if (retries.TryTake(requests: 50, percent: 20, min: 1))
                {
                    InterlockedMax(ref highest, retries.InFlight);
                    retries.Return();
                }
            }
        })));

        Assert.Equal(0, retries.InFlight);
        Assert.InRange(highest, 1, 10);
    }

    private static void InterlockedMax(ref int highest, int value)
    {
        int seen = Volatile.Read(ref highest);
        while (value > seen)
        {
            int before = Interlocked.CompareExchange(ref highest, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
