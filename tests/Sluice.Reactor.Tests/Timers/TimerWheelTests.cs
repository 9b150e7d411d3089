using Sluice.Reactor.Timers;
using Sluice.TestKit.Measuring;
using Xunit;

namespace Sluice.Reactor.Tests.Timers;

public sealed class TimerWheelTests
{
    private const int BeginMs = 1_000_003;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(40_959)]
    [InlineData(40_960)]
    [InlineData(123_456)]
    public void Set_TimeMovesOnByMilliseconds_FiresOnceNotEarlyAndAtMostATickLate(int delayMs)
    {
        var wheel = new TimerWheel(BeginMs);
        var target = new RecordingTarget(wheel);
        wheel.Create(target).Set(delayMs);
        for (long now = BeginMs; now <= BeginMs + delayMs + 50_000; now++)
        {
            wheel.SetNow(now);
            wheel.Fire();
        }

        long fired = Assert.Single(target.FiredAtMs) - BeginMs;
        Assert.InRange(fired, delayMs, Math.Max(delayMs, 1) + TimerWheel.TickMs);
    }

    [Theory]
    [InlineData(100, 5000)]
    [InlineData(5000, 100)]
    [InlineData(50_000, 100)]
    [InlineData(100, 50_000)]
    [InlineData(105, 107)]
    [InlineData(107, 105)]
    public void Set_Again_ReplacesTheDeadline(int firstMs, int secondMs)
    {
        var wheel = new TimerWheel(BeginMs);
        var target = new RecordingTarget(wheel);
        LoopTimer timer = wheel.Create(target);
        timer.Set(firstMs);
        timer.Set(secondMs);
        RunUntil(wheel, BeginMs + secondMs - 1);
        Assert.Empty(target.FiredAtMs);
        RunUntil(wheel, BeginMs + secondMs + TimerWheel.TickMs);
        RunUntil(wheel, BeginMs + 200_000);
        Assert.Single(target.FiredAtMs);
        Assert.False(timer.IsSet);
    }

    [Fact]
    public void Stop_BeforeTheDeadline_NeverFiresAndCanBeSetAgain()
    {
        var wheel = new TimerWheel(BeginMs);
        var target = new RecordingTarget(wheel);
        LoopTimer timer = wheel.Create(target);
        timer.Set(100);
        timer.Stop();
        RunUntil(wheel, BeginMs + 1000);
        Assert.Empty(target.FiredAtMs);
        timer.Set(100);
        timer.Stop();
        timer.Set(200);
        RunUntil(wheel, BeginMs + 2000);
        Assert.Single(target.FiredAtMs);
    }

    [Fact]
    public void Remove_LinkedTimer_LeavesNothingBehind()
    {
        var wheel = new TimerWheel(BeginMs);
        var target = new RecordingTarget(wheel);
        LoopTimer[] timers = [wheel.Create(target), wheel.Create(target), wheel.Create(target)];
        Array.ForEach(timers, static timer => timer.Set(100));
        timers[1].Remove();
        timers[1].Remove();
        timers[0].Remove();
        Assert.NotEqual(-1, wheel.NextTimeoutMs());
        timers[2].Remove();
        Assert.Equal(-1, wheel.NextTimeoutMs());
        RunUntil(wheel, BeginMs + 1000);
        Assert.Empty(target.FiredAtMs);
    }

    [Fact]
    public void Fire_DeadlinesOfDifferentTicksAfterALongGap_KeepTheirOrder()
    {
        var wheel = new TimerWheel(BeginMs);
        var order = new List<int>();
        foreach (int delay in new[] { 30_000, 10, 90_000, 500, 45_000, 60 })
        {
            wheel.Create(new CallbackTarget(_ => order.Add(delay))).Set(delay);
        }

        RunUntil(wheel, BeginMs + 100_000);
        Assert.Equal([10, 60, 500, 30_000, 45_000, 90_000], order);
    }

    [Fact]
    public void Fire_CallbackMovesStopsAndRemovesTimersOfItsBucket_OnlyTheOthersFire()
    {
        var wheel = new TimerWheel(BeginMs);
        var fired = new List<string>();
        LoopTimer? moved = null;
        LoopTimer? stopped = null;
        LoopTimer? removed = null;
        moved = wheel.Create(new CallbackTarget(_ => fired.Add("moved")));
        stopped = wheel.Create(new CallbackTarget(_ => fired.Add("stopped")));
        removed = wheel.Create(new CallbackTarget(_ => fired.Add("removed")));
        LoopTimer last = wheel.Create(new CallbackTarget(_ => fired.Add("last")));
        LoopTimer first = wheel.Create(new CallbackTarget(_ =>
        {
            fired.Add("first");
            moved.Set(500);
            stopped.Stop();
            removed.Remove();
        }));

        // The bucket runs from its youngest: the first to fire is the last to be set.
        Array.ForEach([last, removed, stopped, moved, first], static timer => timer.Set(100));
        RunUntil(wheel, BeginMs + 120);
        Assert.Equal(["first", "last"], fired);
        RunUntil(wheel, BeginMs + 1000);
        Assert.Equal(["first", "last", "moved"], fired);
    }

    [Fact]
    public void Fire_CallbackSetsItsTimerAgain_FiresAgainLaterNotInTheSameCall()
    {
        var wheel = new TimerWheel(BeginMs);
        int count = 0;
        LoopTimer timer = wheel.Create(new CallbackTarget(self =>
        {
            count++;
            self.Set(1);
        }));
        timer.Set(1);
        RunUntil(wheel, BeginMs + 1_000);
        Assert.Equal(1, count);
        RunUntil(wheel, BeginMs + 1_020);
        Assert.Equal(2, count);
    }

    [Fact]
    public void Fire_CallbackThrows_OtherTimersOfTheBucketFireInTheNextCall()
    {
        var wheel = new TimerWheel(BeginMs);
        var target = new RecordingTarget(wheel);
        LoopTimer[] others = [wheel.Create(target), wheel.Create(target)];
        others[0].Set(100);
        wheel.Create(new CallbackTarget(static _ => throw new InvalidOperationException("A bug."))).Set(100);
        others[1].Set(100);
        wheel.SetNow(BeginMs + 200);
        Assert.Throws<InvalidOperationException>(wheel.Fire);
        Assert.Equal(0, wheel.NextTimeoutMs());
        wheel.Fire();
        Assert.Equal(2, target.FiredAtMs.Count);
        Assert.Equal(-1, wheel.NextTimeoutMs());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Wheel_RandomUse_AgreesWithAListOfDeadlines(int seed)
    {
        var random = new Random(seed);
        var wheel = new TimerWheel(BeginMs);
        var model = new Dictionary<LoopTimer, long>();
        int wrong = 0;
        LoopTimer[] timers = new LoopTimer[50];
        for (int i = 0; i < timers.Length; i++)
        {
            timers[i] = wheel.Create(new CallbackTarget(timer => wrong += model.Remove(timer, out long due) && due <= wheel.NowMs ? 0 : 1));
        }

        long now = BeginMs;
        for (int step = 0; step < 20_000; step++)
        {
            Act(random, wheel, timers[random.Next(timers.Length)], model);
            now += random.Next(100) == 0 ? random.Next(100_000) : random.Next(15);
            wheel.SetNow(now);
            wheel.Fire();
            Assert.DoesNotContain(model.Values, due => due + TimerWheel.TickMs <= now);
            long nearest = model.Count == 0 ? long.MaxValue : model.Values.Min();
            int timeout = wheel.NextTimeoutMs();
            Assert.True(timeout >= 0 || model.Count == 0);
            Assert.True(timeout < 0 || now + timeout < nearest + TimerWheel.TickMs || model.Count == 0);
        }

        Assert.Equal(0, wrong);
    }

    [Fact]
    public void HundredThousandTimers_NotDue_CostNoCallbackAndNoAllocation()
    {
        var wheel = new TimerWheel(BeginMs);
        var target = new RecordingTarget(wheel);
        var timers = new LoopTimer[100_000];
        for (int i = 0; i < timers.Length; i++)
        {
            timers[i] = wheel.Create(target);
            timers[i].Set(60_000);
        }

        // Kept alive for a minute by moving them on, as connections do with each request.
        double allocated = Allocations.PerRound(30, _ =>
        {
            RunUntil(wheel, wheel.NowMs + 1000);
            foreach (LoopTimer timer in timers)
            {
                timer.Set(60_000);
            }
        });
        Assert.Equal(0, allocated);
        Assert.Empty(target.FiredAtMs);
        RunUntil(wheel, wheel.NowMs + 60_010);
        Assert.Equal(timers.Length, target.FiredAtMs.Count);
    }

    private static void Act(Random random, TimerWheel wheel, LoopTimer timer, Dictionary<LoopTimer, long> model)
    {
        switch (random.Next(6))
        {
            case 0:
                timer.Stop();
                model.Remove(timer);
                break;
            case 1:
                timer.Remove();
                model.Remove(timer);
                break;
            default:
                int delay = random.Next(3) == 0 ? random.Next(1, 100_000) : random.Next(1, 300);
                timer.Set(delay);
                model[timer] = wheel.NowMs + delay;
                break;
        }
    }

    private static void RunUntil(TimerWheel wheel, long nowMs)
    {
        wheel.SetNow(nowMs);
        wheel.Fire();
    }
}
