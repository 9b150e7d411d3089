namespace Sluice.Admin.Watching;

/// <summary>Many files are looked at less often.</summary>
public sealed class WatchTimingTests
{
    [Theory]
    [InlineData(0.1, 2, 2)]
    [InlineData(100, 2, 5)]
    [InlineData(2_000, 2, 30)]
    [InlineData(2_000, 3_600, 3_600)]
    public void Wait_AfterALook_IsFiftyTimesAsLong_WithinBounds(double lookMs, int intervalSeconds, int expectedSeconds)
    {
        var timing = new WatchTiming { PollInterval = TimeSpan.FromSeconds(intervalSeconds) };

        Assert.Equal(TimeSpan.FromSeconds(expectedSeconds), timing.WaitAfter(TimeSpan.FromMilliseconds(lookMs)));
    }
}
