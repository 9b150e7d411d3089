using Sluice.Proxy.Health;
using Sluice.Proxy.Plans;
using Xunit;

namespace Sluice.Proxy.Tests.Health;

/// <summary>When active checks let a server in before the time of its ejection is over.</summary>
public sealed class CheckedReadmissionTests
{
    private readonly OutlierStage _stage = new(new OutlierPlan(), 2);

    [Fact]
    public void Checks_AsManyAsRiseHavePassed_LetItIn()
    {
        Eject(1_000);

        Assert.False(_stage.Check(0, hasPassed: true, beganMs: 1_001));
        _stage.Evaluate(1_100);
        Assert.Equal("0", _stage.Out);
        Assert.True(_stage.Check(0, hasPassed: true, beganMs: 1_200));
        _stage.Evaluate(1_300);

        Assert.Equal("", _stage.Out);
        Assert.Equal((Availability.Ready, "its health checks pass"), (_stage.Members[0].Server.Health.Availability, _stage.Members[0].Server.Health.Last.Reason));
    }

    [Fact]
    public void Check_ThatBeganBeforeTheEjection_SaysNothing()
    {
        Eject(1_000);

        Assert.False(_stage.Check(0, hasPassed: true, beganMs: 1_000, rise: 1));

        Assert.True(_stage.Check(0, hasPassed: true, beganMs: 1_001, rise: 1));
    }

    [Fact]
    public void Check_ThatFails_BeginsTheRowAnew()
    {
        Eject(1_000);

        Assert.False(_stage.Check(0, hasPassed: true, beganMs: 1_001));
        Assert.False(_stage.Check(0, hasPassed: false, beganMs: 1_002));
        Assert.False(_stage.Check(0, hasPassed: true, beganMs: 1_003));
        Assert.True(_stage.Check(0, hasPassed: true, beganMs: 1_004));
    }

    [Fact]
    public void Check_ThatFailsAfterTheyHadPassed_TakesTheirWordBack()
    {
        Eject(1_000);
        Assert.True(_stage.Check(0, hasPassed: true, beganMs: 1_001, rise: 1));
        Assert.False(_stage.Check(0, hasPassed: false, beganMs: 1_002, rise: 1));

        _stage.Evaluate(1_100);

        Assert.Equal("0", _stage.Out);
    }

    [Fact]
    public void Server_ThatIsIn_IsNotSpokenFor() => Assert.False(_stage.Check(0, hasPassed: true, beganMs: 1_000, rise: 1));

    [Fact]
    public void Checks_ThatWereWrong_AreNotBelievedAgain()
    {
        Eject(1_000);
        LetInByChecks(2_000);
        Eject(3_000);

        for (int i = 1; i < 10; i++)
        {
            Assert.False(_stage.Check(0, hasPassed: true, beganMs: 3_000 + i));
        }

        // Twice the first time, all of it.
        _stage.Evaluate(62_999);
        Assert.Equal("0", _stage.Out);
        _stage.Evaluate(63_000);
        Assert.Equal("", _stage.Out);
    }

    [Fact]
    public void Checks_ThatWereWrongButSawItFailSince_AreBelieved()
    {
        Eject(1_000);
        LetInByChecks(2_000);
        Eject(3_000);

        _stage.Check(0, hasPassed: false, beganMs: 3_001);
        _stage.Check(0, hasPassed: true, beganMs: 3_002);
        Assert.True(_stage.Check(0, hasPassed: true, beganMs: 3_003));
        _stage.Evaluate(3_100);

        Assert.Equal("", _stage.Out);
    }

    [Fact]
    public void Checks_ThatWereWrongLongAgo_AreBelieved()
    {
        Eject(1_000);
        LetInByChecks(2_000);
        Eject(2_000 + 30_000);

        Assert.True(_stage.Check(0, hasPassed: true, beganMs: 32_001, rise: 1));
    }

    [Fact]
    public void Checks_AfterATimeThatWasWaitedFor_AreBelieved()
    {
        Eject(1_000);
        _stage.Evaluate(31_000);
        Eject(32_000);

        Assert.True(_stage.Check(0, hasPassed: true, beganMs: 32_001, rise: 1));
    }

    [Fact]
    public void Checks_ThatAreNotToLetItIn_DoNot()
    {
        OutlierStage stage = new OutlierStage(new OutlierPlan { ReadmitByChecks = false }, 2).Answer(0, 0, 10).Answer(1, 10, 0);
        stage.Evaluate(1_000);
        stage.Check(0, hasPassed: true, beganMs: 1_001, rise: 1);

        stage.Evaluate(1_100);

        Assert.Equal("0", stage.Out);
    }

    private void Eject(long nowMs)
    {
        _stage.Answer(0, good: 0, bad: 10).Answer(1, good: 10, bad: 0).Evaluate(nowMs);
        Assert.Equal("0", _stage.Out);
    }

    private void LetInByChecks(long nowMs)
    {
        Assert.True(_stage.Check(0, hasPassed: true, beganMs: nowMs - 1, rise: 1));
        _stage.Evaluate(nowMs);
        Assert.Equal("", _stage.Out);
    }
}
