using Sluice.Proxy.Overload;
using Xunit;

namespace Sluice.Proxy.Tests.Overload;

/// <summary>What becomes of the delays of a loop.</summary>
public sealed class DelayPressureTests
{
    private const int MaxMs = 100;

    private readonly DelayPressure _pressure = new();

    [Fact]
    public void Delay_ASingleLongPause_IsNoPressure()
    {
        // A machine that stands still for 5 s is seen by twenty looks, and by one afterwards.
        Assert.All(Enumerable.Range(1, 20), look => Assert.Equal(0, _pressure.Add(250 * look, MaxMs, workingSinceMs: 77)));
        Assert.Equal(0, _pressure.Add(5_000, MaxMs, workingSinceMs: 0));
        Assert.All(Enumerable.Range(0, 20), _ => Assert.InRange(_pressure.Add(3, MaxMs, workingSinceMs: 0), 0, 0.03));
    }

    [Fact]
    public void Delay_OfOnePauseAfterAnother_IsPressure()
    {
        double pressure = 0;
        for (int i = 1; i <= 8; i++)
        {
            pressure = _pressure.Add(900, MaxMs, workingSinceMs: 1_000 * i);
        }

        Assert.Equal(1, pressure);
    }

    [Fact]
    public void Delay_InEveryLookOfTwoSeconds_IsWhatAllHaveSeen()
    {
        Assert.All(Enumerable.Range(0, 7), _ => Assert.Equal(0, _pressure.Add(400, MaxMs, workingSinceMs: 0)));

        Assert.Equal(0.97, _pressure.Add(97, MaxMs, workingSinceMs: 0));
        Assert.Equal(0.97, _pressure.Add(400, MaxMs, workingSinceMs: 0));
    }

    [Fact]
    public void Pressure_WhenTheDelayEnds_FallsSlowly()
    {
        double pressure = 0;
        for (int i = 0; i < 8; i++)
        {
            pressure = _pressure.Add(400, MaxMs, workingSinceMs: 0);
        }

        Assert.Equal(1, pressure);
        Assert.Equal(0.95, _pressure.Add(0, MaxMs, workingSinceMs: 0), precision: 6);
        Assert.Equal(0.90, _pressure.Add(0, MaxMs, workingSinceMs: 0), precision: 6);
        for (int i = 0; i < 18; i++)
        {
            pressure = _pressure.Add(0, MaxMs, workingSinceMs: 0);
        }

        Assert.Equal(0, pressure, precision: 6);
    }
}
