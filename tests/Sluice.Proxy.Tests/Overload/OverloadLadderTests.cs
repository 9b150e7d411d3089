using Sluice.Proxy.Overload;
using Sluice.Proxy.Plans;
using Xunit;

namespace Sluice.Proxy.Tests.Overload;

/// <summary>Which steps follow from which pressures.</summary>
public sealed class OverloadLadderTests
{
    private readonly OverloadLadder _ladder = new();

    [Theory]
    [InlineData(0.79, OverloadStep.None, PriorityClass.Low)]
    [InlineData(0.80, OverloadStep.ReduceTimeouts, PriorityClass.Low)]
    [InlineData(0.85, OverloadStep.Shrink, PriorityClass.Low)]
    [InlineData(0.90, OverloadStep.ShedLow, PriorityClass.Normal)]
    [InlineData(0.92, OverloadStep.Close, PriorityClass.Normal)]
    [InlineData(0.95, OverloadStep.Shed, PriorityClass.High)]
    [InlineData(0.98, OverloadStep.Refuse, PriorityClass.Critical)]
    [InlineData(1.00, OverloadStep.Refuse, PriorityClass.Critical)]
    public void Memory_AtAPressure_TakesAllStepsUpToIt(double pressure, OverloadStep highest, PriorityClass leastAdmitted)
    {
        OverloadState state = Climb(memory: pressure);

        Assert.Equal((highest, leastAdmitted), (state.Step, state.LeastAdmitted));
        Assert.All(OverloadLadder.Steps, step => Assert.Equal(step <= highest, state.Is(step)));
        Assert.False(state.Is(OverloadStep.None));
    }

    [Fact]
    public void ConnectionsAndDescriptors_AllInUse_TurnNobodyAway()
    {
        OverloadStep[] taken = [OverloadStep.ReduceTimeouts, OverloadStep.Shrink, OverloadStep.Close];

        Assert.Equal(taken, StepsOf(Climb(connections: 1)));
        Assert.Equal(taken, StepsOf(Climb(connections: 0, descriptors: 1)));
        Assert.Equal(PriorityClass.Low, Climb(connections: 1, descriptors: 1).LeastAdmitted);
    }

    [Fact]
    public void Delay_WithoutEnd_ClosesNoConnection() =>
        Assert.Equal([OverloadStep.ShedLow, OverloadStep.Shed, OverloadStep.Refuse], StepsOf(Climb(delay: 1)));

    [Fact]
    public void Pressure_ThatSwingsByLessThanFivePoints_ChangesNothing()
    {
        Assert.True(Climb(memory: 0.96).Is(OverloadStep.Shed));
        for (int i = 0; i < 10; i++)
        {
            Assert.True(Climb(memory: 0.91).Is(OverloadStep.Shed));
            Assert.True(Climb(memory: 0.97).Is(OverloadStep.Shed));
            Assert.False(Climb(memory: 0.97).Is(OverloadStep.Refuse));
        }
    }

    [Fact]
    public void Steps_WhenPressureFalls_EndFivePointsBelowTheirBeginning()
    {
        Climb(memory: 1);

        Assert.Equal(OverloadStep.Refuse, Climb(memory: 0.94).Step);
        Assert.Equal(OverloadStep.Shed, Climb(memory: 0.92).Step);
        Assert.Equal(OverloadStep.Close, Climb(memory: 0.89).Step);
        Assert.Equal(OverloadStep.ShedLow, Climb(memory: 0.86).Step);
        Assert.Equal(OverloadStep.Shrink, Climb(memory: 0.81).Step);
        Assert.Equal(OverloadStep.ReduceTimeouts, Climb(memory: 0.76).Step);
        Assert.Equal(OverloadStep.None, Climb(memory: 0.74).Step);
    }

    [Fact]
    public void Steps_AfterAReset_BeginAnew()
    {
        Climb(memory: 0.96);
        _ladder.Reset();

        Assert.Equal(OverloadStep.Close, Climb(memory: 0.93).Step);
    }

    [Theory]
    [InlineData(0.80, 75_000)]
    [InlineData(0.85, 38_500)]
    [InlineData(0.90, 2_000)]
    [InlineData(1.00, 2_000)]
    public void Timeouts_BetweenTheirStepAndTenPointsFurther_FallToTwoSeconds(double pressure, int expected) =>
        Assert.Equal(expected, Climb(memory: pressure).Reduce(75_000));

    [Fact]
    public void Timeouts_WhenPressureFalls_RiseFivePointsLater()
    {
        Assert.Equal(2_000, Climb(memory: 0.90).Reduce(75_000));
        Assert.Equal(2_000, Climb(memory: 0.86).Reduce(75_000));
        Assert.Equal(38_500, Climb(memory: 0.80).Reduce(75_000));
        Assert.Equal(75_000, Climb(memory: 0.75).Reduce(75_000));
    }

    [Theory]
    [InlineData(2_000)]
    [InlineData(500)]
    [InlineData(0)]
    public void Timeouts_ThatAreShortAnyway_StayAsTheyAre(int timeoutMs) => Assert.Equal(timeoutMs, Climb(memory: 1).Reduce(timeoutMs));

    [Fact]
    public void Plan_WithOtherPercentages_MovesTheSteps()
    {
        var plan = new OverloadPlan { ReduceTimeoutsPercent = 10, ShrinkPercent = 20, ClosePercent = 30, ShedPercent = 40, RefusePercent = 50 };

        Assert.Equal(OverloadStep.Shed, _ladder.Climb(plan, new OverloadPressures(0, 0, 0.45, 0)).Step);
    }

    private static List<OverloadStep> StepsOf(OverloadState state) => [.. OverloadLadder.Steps.Where(state.Is)];

    private OverloadState Climb(double connections = 0, double descriptors = 0, double? memory = null, double delay = 0) =>
        _ladder.Climb(new OverloadPlan(), new OverloadPressures(connections, descriptors, memory, delay));
}
