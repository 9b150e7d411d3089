using Sluice.Proxy.Health;
using Sluice.Proxy.Health.Outliers;
using Sluice.Proxy.Plans;
using Xunit;

namespace Sluice.Proxy.Tests.Health;

/// <summary>Who is taken out, and when it comes back.</summary>
public sealed class OutlierDetectorTests
{
    private static readonly OutlierPlan ByRatiosAlone = new() { ConsecutiveErrors = 0 };

    [Fact]
    public void ErrorsInARow_AsManyAsAllowed_TakeTheServerOut()
    {
        OutlierStage stage = new OutlierStage(new OutlierPlan(), 3).Answer(0, good: 900, bad: 4).Answer(1, 900, 0).Answer(2, 900, 0);
        stage.Evaluate(0);
        Assert.Equal("", stage.Out);

        stage.Answer(0, good: 0, bad: 1).Evaluate(10);

        Assert.Equal("0", stage.Out);
        Assert.Equal((OutlierCause.ConsecutiveErrors, "5 errors in a row, the last one connect_refused"), (stage.EjectionOf(0)!.Cause, stage.EjectionOf(0)!.Reason));
        Assert.Equal(Availability.Unavailable, stage.Members[0].Server.Health.Availability);
        Assert.Equal(1, stage.Health.Ejections.Of(OutlierCause.ConsecutiveErrors));
        Assert.Equal("server http://127.0.0.1:1 takes no requests: ejected for 30 s: 5 errors in a row, the last one connect_refused", Assert.Single(stage.Messages));
    }

    [Fact]
    public void ErrorsInARow_WithAGoodAnswerBetween_BeginAnew()
    {
        OutlierStage stage = new OutlierStage(new OutlierPlan(), 2).Answer(0, 0, 4).Answer(0, 1, 0).Answer(0, 0, 4).Answer(1, 10, 0);

        stage.Evaluate(0);

        Assert.Equal("", stage.Out);
    }

    [Fact]
    public void Responses_ThatAreAllBrokenOff_AreErrorsInARow()
    {
        OutlierStage stage = new OutlierStage(new OutlierPlan(), 2).Answer(1, 10, 0).BreakOff(0, 4);
        stage.Evaluate(0);
        Assert.Equal("", stage.Out);

        stage.BreakOff(0, 1).Evaluate(1);

        Assert.Equal("0", stage.Out);
        Assert.Equal("5 errors in a row, the last one response_truncated", stage.EjectionOf(0)!.Reason);
    }

    [Fact]
    public void Response_ThatIsBrokenOff_CountsOnce()
    {
        OutlierStage stage = new OutlierStage(new OutlierPlan(), 2).Answer(0, 3, 1).BreakOff(0, 2);

        OutcomeTotals totals = stage.Members[0].Server.Outlier.Outcomes.Totals;

        Assert.Equal((6L, 3L), (totals.Requests, totals.Errors));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    public void Errors_OfAllServersAlike_TakeNoneOut(int servers)
    {
        var stage = new OutlierStage(new OutlierPlan(), servers);
        for (int i = 0; i < servers; i++)
        {
            stage.Answer(i, good: 300, bad: 300);
        }

        stage.Evaluate(0);
        stage.Evaluate(1_000);

        Assert.Equal("", stage.Out);
    }

    [Trait("Case", "U-48")]
    [Theory]
    [InlineData(2, 1, 50, "0")]
    [InlineData(3, 2, 50, "0")]
    [InlineData(4, 3, 50, "01")]
    [InlineData(10, 7, 50, "01234")]
    [InlineData(10, 7, 100, "0123456")]
    [InlineData(10, 7, 10, "0")]
    [InlineData(10, 7, 1, "0")]
    [InlineData(10, 7, 0, "")]
    public void Ejections_HoweverManyAreBad_StayWithinTheCap(int servers, int bad, int percent, string expected)
    {
        var stage = new OutlierStage(new OutlierPlan { EjectedPercentMax = percent }, servers);
        for (int i = 0; i < servers; i++)
        {
            stage.Answer(i, good: i < bad ? 0 : 100, bad: i < bad ? 100 : 0);
        }

        stage.Evaluate(0);
        stage.Evaluate(1);

        Assert.Equal(expected, stage.Out);
    }

    [Fact]
    public void LastServerThatIsReady_WhateverItDoes_StaysIn()
    {
        OutlierStage stage = new OutlierStage(new OutlierPlan(), 2).Answer(0, 0, 100).Answer(1, 10, 0);
        stage.Members[1].Server.Health.Set(AdministrativeState.Maintenance, "test");

        stage.Evaluate(0);

        Assert.Equal("", stage.Out);
    }

    [Fact]
    public void SingleServer_WhateverItDoes_IsNotWatched()
    {
        OutlierStage stage = new OutlierStage(new OutlierPlan(), 1).Answer(0, 0, 100);

        Assert.False(stage.IsActive);
        Assert.Equal(long.MaxValue, stage.Evaluate(0));
        Assert.Equal("", stage.Out);
    }

    [Fact]
    public void EjectionTime_WithEachEjection_GrowsUpToItsMaximumAndHealsWithTime()
    {
        var plan = new OutlierPlan { EjectionTimeMs = 30_000, EjectionTimeMaxMs = 75_000 };
        OutlierStage stage = new OutlierStage(plan, 2).Answer(1, 10, 0);
        long nowMs = 1_000;
        foreach (int seconds in (int[])[30, 60, 75, 75])
        {
            stage.Answer(0, 0, 5).Evaluate(nowMs);
            Assert.Equal("0", stage.Out);

            nowMs += (seconds * 1_000) - 1;
            stage.Evaluate(nowMs);
            Assert.Equal("0", stage.Out);

            Assert.True(stage.Evaluate(++nowMs) <= nowMs + plan.IntervalMs);
            Assert.Equal("", stage.Out);
            Assert.Equal(Availability.Ready, stage.Members[0].Server.Health.Availability);
        }

        // Four times out, and three first times in: the next is the second.
        nowMs += 3 * plan.EjectionTimeMs;
        stage.Answer(1, 10, 0).Evaluate(nowMs);
        stage.Answer(0, 0, 5).Evaluate(nowMs);
        Assert.Equal(60, (stage.EjectionOf(0)!.Until - stage.EjectionOf(0)!.At).TotalSeconds);
    }

    [Fact]
    public void ReadmittedServer_ThatIsGoodNow_IsNotJudgedByWhatItDidBefore()
    {
        OutlierStage stage = new OutlierStage(new OutlierPlan { EjectionTimeMs = 1_000 }, 2).Answer(0, 0, 1_000).Answer(1, 100, 0);
        stage.Evaluate(0);
        stage.Answer(0, 0, 20).Evaluate(1_000);

        stage.Answer(0, 100, 0).Answer(1, 100, 0).Evaluate(2_000);

        Assert.Equal("", stage.Out);
    }

    [Fact]
    public void Ejection_WhenSomebodyElseLetsTheServerIn_IsOver()
    {
        OutlierStage stage = new OutlierStage(new OutlierPlan(), 2).Answer(0, 0, 5).Answer(1, 10, 0);
        stage.Evaluate(0);
        stage.Members[0].Server.Health.Readmit("the operator wants it");

        stage.Evaluate(1);

        Assert.Equal("", stage.Out);
    }

    [Theory]
    [InlineData(40, 60, "0")]
    [InlineData(60, 40, "")]
    [InlineData(30, 69, "")]
    public void ErrorRatio_OfOneServer_TakesItOutWithEnoughRequests(int good, int bad, string expected)
    {
        OutlierStage stage = new OutlierStage(ByRatiosAlone, 3).Answer(0, good, bad).Answer(1, 100, 0).Answer(2, 100, 0);

        stage.Evaluate(0);

        Assert.Equal(expected, stage.Out);
        Assert.Equal(expected.Length, stage.Health.Ejections.Of(OutlierCause.ErrorRatio));
    }

    [Fact]
    public void ErrorRatio_OfLittleTraffic_IsSeenOverSeveralIntervals()
    {
        var stage = new OutlierStage(ByRatiosAlone, 2);
        for (int i = 0; i < 4; i++)
        {
            stage.Answer(0, 5, 15).Answer(1, 20, 0).Evaluate(i * 1_000);
            Assert.Equal("", stage.Out);
        }

        stage.Answer(0, 5, 15).Answer(1, 20, 0).Evaluate(4_000);

        Assert.Equal("0", stage.Out);
        Assert.Equal("75 % of 100 requests failed", stage.EjectionOf(0)!.Reason);
    }

    [Fact]
    public void ErrorRatio_OfTenIntervalsAgo_DoesNotCount()
    {
        OutlierStage stage = new OutlierStage(ByRatiosAlone, 2).Answer(0, 0, 90).Answer(1, 90, 0);
        for (int i = 0; i <= 10; i++)
        {
            stage.Evaluate(i * 1_000);
        }

        stage.Answer(0, 10, 0).Answer(1, 10, 0).Evaluate(11_000);

        Assert.Equal("", stage.Out);
    }

    [Theory]
    [InlineData(5, 70, "0")]
    [InlineData(5, 87, "0")]
    [InlineData(5, 88, "")]
    [InlineData(4, 70, "")]
    public void SuccessRate_FarBelowTheSiblings_TakesTheServerOut(int servers, int goodOfAHundred, string expected)
    {
        OutlierStage stage = new OutlierStage(ByRatiosAlone, servers).AnswerMixed(0, goodOfAHundred, 100 - goodOfAHundred);
        for (int i = 1; i < servers; i++)
        {
            stage.Answer(i, 100, 0);
        }

        stage.Evaluate(0);

        Assert.Equal(expected, stage.Out);
        Assert.Equal(expected.Length, stage.Health.Ejections.Of(OutlierCause.SuccessRate));
    }

    [Theory]
    [InlineData(300, 31, "0")]
    [InlineData(300, 29, "")]
    [InlineData(0, 1_000, "")]
    public void Latency_ManyTimesTheMedian_TakesTheServerOut(int factorHundredths, int milliseconds, string expected)
    {
        OutlierStage stage = new OutlierStage(new OutlierPlan { LatencyFactorHundredths = factorHundredths }, 4)
            .Answer(0, 100, 0, milliseconds).Answer(1, 100, 0, 10).Answer(2, 100, 0, 10).Answer(3, 100, 0, 10);

        stage.Evaluate(0);

        Assert.Equal(expected, stage.Out);
    }

    [Fact]
    public void Latency_OfAFewMilliseconds_IsNoReason()
    {
        OutlierStage stage = new OutlierStage(new OutlierPlan { LatencyFactorHundredths = 200 }, 3)
            .Answer(0, 100, 0, milliseconds: 5).Answer(1, 100, 0, milliseconds: 1).Answer(2, 100, 0, milliseconds: 1);

        stage.Evaluate(0);

        Assert.Equal("", stage.Out);
    }

    [Fact]
    public void Streak_OnItsWay_IsLookedAtWheneverItHasDoubled()
    {
        var stage = new OutlierStage(new OutlierPlan(), 2);

        Assert.Equal([5, 10, 20, 40, 80], Enumerable.Range(1, 100).Where(stage.IsSuspicious));
    }

    [Fact]
    public void RulesThatAreGone_LetTheServerIn()
    {
        OutlierStage stage = new OutlierStage(new OutlierPlan(), 2).Answer(0, 0, 5).Answer(1, 10, 0);
        stage.Evaluate(0);
        var after = new OutlierDetector(plan: null, stage.Members, stage.Health.Ejections);

        Assert.Equal(long.MaxValue, after.Evaluate(1));

        Assert.Equal("", stage.Out);
        Assert.Equal(Availability.Ready, stage.Members[0].Server.Health.Availability);
    }
}
