using Sluice.Proxy.Pipeline;
using Xunit;

namespace Sluice.Proxy.Tests;

public sealed class RateGuardTests
{
    private const int IdleMs = 60_000;
    private const int Rate = 240;
    private const int GraceMs = 5_000;

    [Fact]
    public void BeginWait_NothingSentYet_AllowsTheGracePeriod()
    {
        var guard = new RateGuard();
        Assert.Equal(GraceMs, guard.BeginWait(0, IdleMs, Rate, GraceMs));
        Assert.True(guard.IsLimitedByRate);
    }

    [Fact]
    public void BeginWait_GraceUsedUpInWaits_LeavesNoTime()
    {
        var guard = new RateGuard();
        guard.BeginWait(0, IdleMs, Rate, GraceMs);
        guard.EndWait(GraceMs);
        guard.Count(1);
        Assert.Equal(1, guard.BeginWait(GraceMs, IdleMs, Rate, GraceMs));
    }

    [Fact]
    public void BeginWait_AboveTheRate_WaitsAsLongAsTheAverageHolds()
    {
        var guard = new RateGuard();
        guard.BeginWait(0, IdleMs, Rate, GraceMs);
        guard.EndWait(10_000);
        guard.Count(241 * 10);
        Assert.Equal(41, guard.BeginWait(10_000, IdleMs, Rate, GraceMs));
    }

    [Fact]
    public void BeginWait_FarAboveTheRate_IsLimitedByThePause()
    {
        var guard = new RateGuard();
        guard.Count(1_000_000);
        Assert.Equal(IdleMs, guard.BeginWait(0, IdleMs, Rate, GraceMs));
        Assert.False(guard.IsLimitedByRate);
    }

    [Fact]
    public void BeginWait_TimeBetweenWaits_IsNotHeldAgainstThePeer()
    {
        var guard = new RateGuard();
        guard.BeginWait(0, IdleMs, Rate, GraceMs);
        guard.EndWait(1_000);
        Assert.Equal(GraceMs - 1_000, guard.BeginWait(1_000_000, IdleMs, Rate, GraceMs));
    }

    [Fact]
    public void BeginWait_RateSwitchedOff_IsLimitedByThePauseAlone()
    {
        var guard = new RateGuard();
        Assert.Equal(IdleMs, guard.BeginWait(0, IdleMs, minDataRate: 0, GraceMs));
        Assert.False(guard.IsLimitedByRate);
    }
}
