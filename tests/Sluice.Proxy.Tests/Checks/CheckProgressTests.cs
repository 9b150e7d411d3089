using Sluice.Proxy.Health;
using Sluice.Proxy.Health.Checks;
using Sluice.Proxy.Plans.Checks;
using Xunit;

namespace Sluice.Proxy.Tests.Checks;

/// <summary>What checks say of a server, result by result. <c>+</c> is one that passed, <c>-</c> one that failed.</summary>
public sealed class CheckProgressTests
{
    private static readonly HealthCheckPlan Plan = new() { IntervalMs = 5_000, FastIntervalMs = 1_000, Rise = 2, Fall = 3 };

    [Theory]
    [InlineData(CheckVerdict.None, "+", "U")]
    [InlineData(CheckVerdict.None, "---", "NND")]
    [InlineData(CheckVerdict.None, "--+---", "NNUUUD")]
    [InlineData(CheckVerdict.Up, "--+--+--+", "UUUUUUUUU")]
    [InlineData(CheckVerdict.Up, "---", "UUD")]
    [InlineData(CheckVerdict.Down, "++", "DU")]
    [InlineData(CheckVerdict.Down, "+-+-+-+-", "DDDDDDDD")]
    [InlineData(CheckVerdict.Up, "---++", "UUDDU")]
    public void Results_InARow_ChangeTheVerdictOnlyWhenThereAreEnough(CheckVerdict before, string results, string expected)
    {
        var progress = new CheckProgress(Plan, before, awaitsFirst: false);
        string verdicts = "";
        foreach (char result in results)
        {
            CheckVerdict last = progress.Verdict;
            bool hasChanged = progress.Add(result == '+');
            Assert.Equal(last != progress.Verdict, hasChanged);
            verdicts += progress.Verdict.ToString()[0];
        }

        Assert.Equal(expected, verdicts);
    }

    [Fact]
    public void FirstSuccess_OfAServerThatAwaitsIt_IsEnough_AndNoLaterOne()
    {
        var progress = new CheckProgress(Plan, CheckVerdict.Down, awaitsFirst: true);

        Assert.False(progress.Add(false));
        Assert.True(progress.Add(true));
        Assert.Equal(CheckVerdict.Up, progress.Verdict);
        _ = progress.Add(false) || progress.Add(false) || progress.Add(false);
        Assert.Equal(CheckVerdict.Down, progress.Verdict);
        Assert.False(progress.Add(true));
    }

    [Fact]
    public void Pause_BetweenResults_BeginsTheRowAnew()
    {
        var progress = new CheckProgress(Plan, CheckVerdict.Up, awaitsFirst: false);
        progress.Add(false);
        progress.Add(false);

        progress.Pause();

        Assert.False(progress.Add(false));
        Assert.Equal((CheckVerdict.Up, 1), (progress.Verdict, progress.InARow));
    }

    [Theory]
    [InlineData(CheckVerdict.Up, "+", 5_000)]
    [InlineData(CheckVerdict.None, "", 5_000)]
    [InlineData(CheckVerdict.Up, "-", 1_000)]
    [InlineData(CheckVerdict.Up, "-+", 5_000)]
    [InlineData(CheckVerdict.Up, "---", 1_000)]
    [InlineData(CheckVerdict.Down, "", 1_000)]
    [InlineData(CheckVerdict.Down, "+", 1_000)]
    [InlineData(CheckVerdict.Down, "++", 5_000)]
    public void Delay_IsThatOfTheState_GiveOrTakeATenth_FromTheBeginningOfTheLast(CheckVerdict before, string results, int interval)
    {
        var progress = new CheckProgress(Plan, before, awaitsFirst: false);
        foreach (char result in results)
        {
            progress.Add(result == '+');
        }

        Assert.Equal(interval * 9 / 10, progress.NextDelayMs(0, draw: 0));
        Assert.Equal(interval, progress.NextDelayMs(0, draw: 0.5), tolerance: 1);
        Assert.Equal(interval * 11 / 10, progress.NextDelayMs(0, draw: 1), tolerance: 1);
        Assert.Equal(interval - 400, progress.NextDelayMs(400, draw: 0.5), tolerance: 1);
        Assert.Equal(0, progress.NextDelayMs(10_000, draw: 0.5));
    }

    [Fact]
    public void Delay_OfTheFirst_IsSpreadOverTheFastInterval_WhichIsNeverTheLonger()
    {
        var usual = new CheckProgress(Plan, CheckVerdict.None, awaitsFirst: false);
        var quick = new CheckProgress(Plan with { IntervalMs = 200 }, CheckVerdict.Down, awaitsFirst: false);

        Assert.Equal((0, 500, 1_000), (usual.FirstDelayMs(0), usual.FirstDelayMs(0.5), usual.FirstDelayMs(1)));
        Assert.Equal((200, 200), (quick.FirstDelayMs(1), quick.NextDelayMs(0, draw: 0.5)));
    }
}
