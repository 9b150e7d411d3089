using Sluice.Proxy.Concurrency;
using Sluice.Proxy.Plans;
using Xunit;

namespace Sluice.Proxy.Tests.Concurrency;

/// <summary>The limit that follows response times, with servers whose capacity is known, in simulated time.</summary>
public sealed class AdaptiveConcurrencyTests
{
    [Theory]
    [InlineData(4, true, 1)]
    [InlineData(4, false, 1)]
    [InlineData(4, false, 2)]
    [InlineData(10, true, 1)]
    [InlineData(10, false, 1)]
    [InlineData(10, false, 2)]
    [InlineData(60, true, 1)]
    [InlineData(60, false, 1)]
    [InlineData(60, false, 2)]
    public void Overload_FourTimesTheCapacity_LimitComesToWhatTheServerCanDo(int slots, bool isRegular, int seed)
    {
        AdaptiveConcurrency concurrency = Create();
        double capacity = slots * 1_000 / 20.0;
        var server = new SimulatedServer(concurrency, seed) { Slots = slots, IsRegular = isRegular, PerSecond = 4 * capacity };
        server.Run(seconds: 60);
        server.Forget();
        server.Run(seconds: 60);

        // Enough for all its slots, and a root and a quarter more at the most; and it has nearly always something to do, however often it was measured meanwhile.
        Assert.InRange(server.MeanLimit, slots * 0.9, (slots * 1.5) + 6);
        Assert.InRange(server.Answered / (60 * capacity), 0.9, 1.01);
        Assert.InRange(server.TurnedAway, 60 * capacity * 2.9, 60 * capacity * 3.2);
    }

    [Fact]
    public void Load_BelowCapacity_IsLetThrough()
    {
        AdaptiveConcurrency concurrency = Create();
        var server = new SimulatedServer(concurrency) { Slots = 100, PerSecond = 500 };

        // Ten times as long as it takes to measure anew.
        server.Run(seconds: 600);

        // Ten at once on average, and now and then more than the twenty that it begins with: fewer than one in ten thousand is turned away for that.
        Assert.InRange(server.TurnedAway, 0, 30);
        Assert.InRange(concurrency.BaselineMicroseconds, 8_000, 20_000);
    }

    [Fact]
    public void Load_ThatUsesLittleOfTheLimit_DoesNotRaiseIt()
    {
        AdaptiveConcurrency concurrency = Create();
        var server = new SimulatedServer(concurrency) { Slots = 100, PerSecond = 100, IsRegular = true };

        server.Run(seconds: 120);

        Assert.InRange(server.GreatestLimit, 20, 20);
    }

    [Fact]
    public void Capacity_LostAndFoundAgain_IsFollowedBothWays()
    {
        AdaptiveConcurrency concurrency = Create();
        var server = new SimulatedServer(concurrency) { Slots = 40, PerSecond = 4_000 };
        server.Run(seconds: 60);
        Assert.InRange(concurrency.Limit, 25, 80);

        server.Slots = 5;
        server.Run(seconds: 30);
        server.Forget();
        server.Run(seconds: 10);
        Assert.InRange(server.MeanLimit, 3, 15);

        server.Slots = 40;
        server.Run(seconds: 30);
        server.Forget();
        server.Run(seconds: 10);
        Assert.InRange(server.MeanLimit, 34, 70);
    }

    [Fact]
    public void Work_ThatTakesLongerForGood_BecomesTheNewBaseline()
    {
        AdaptiveConcurrency concurrency = Create();
        var server = new SimulatedServer(concurrency) { Slots = 20, PerSecond = 4_000 };
        server.Run(seconds: 60);

        // Three times as slow, with all its slots: there is no reason to give it less at once.
        server.WorkMs = 60;
        server.Run(seconds: 150);
        server.Forget();
        server.Run(seconds: 30);

        Assert.InRange(concurrency.BaselineMicroseconds, 25_000, 75_000);
        Assert.InRange(server.MeanLimit, 16, 40);
    }

    [Fact]
    public void Server_ThatAnswersNothing_GetsNoMoreThanTheLimit()
    {
        AdaptiveConcurrency concurrency = Create();
        var server = new SimulatedServer(concurrency) { PerSecond = 2_000 };
        server.Run(seconds: 30);
        int before = concurrency.Limit;

        server.IsFrozen = true;
        server.Run(seconds: 30);

        Assert.Equal(concurrency.Limit, concurrency.InFlight);
        Assert.InRange(concurrency.Limit, 3, Math.Max(before, 20));

        server.IsFrozen = false;
        server.Run(seconds: 60);
        server.Forget();
        server.Run(seconds: 10);
        Assert.InRange(server.MeanLimit, 9, 21);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(7, 12)]
    [InlineData(30, 30)]
    public void Limit_WhateverServersDo_StaysWithinItsBounds(int min, int max)
    {
        AdaptiveConcurrency concurrency = Create(new AdaptiveConcurrencyPlan { LimitMin = min, LimitMax = max });
        var server = new SimulatedServer(concurrency) { PerSecond = 3_000 };
        var random = new Random(7);
        for (int i = 0; i < 40; i++)
        {
            server.Slots = random.Next(1, 100);
            server.WorkMs = random.Next(1, 500);
            server.PerSecond = random.Next(1, 5_000);
            server.IsFrozen = random.Next(5) == 0;
            server.Run(seconds: 5);
        }

        Assert.InRange(server.LeastLimit, min, max);
        Assert.InRange(server.GreatestLimit, min, max);
        Assert.True(concurrency.InFlight <= max, "Nobody is let through beyond the greatest limit.");
    }

    [Fact]
    public void Samples_OfRequestsThatBeganBeforeAProbe_DoNotCountForIt()
    {
        AdaptiveConcurrency concurrency = Create();
        while (concurrency.Gate.TryTake())
        {
        }

        Add(concurrency, 100, 100_000, nowMs: 10_000);
        concurrency.Evaluate(10_000);
        Assert.Equal((LimitPhase.Probing, 10), (concurrency.Phase, concurrency.Limit));

        // Began 100 ms before it was halved: they waited for more than there are now.
        Add(concurrency, 500, 400_000, nowMs: 10_300);
        concurrency.Evaluate(10_300);
        Assert.Equal((LimitPhase.Probing, 10), (concurrency.Phase, concurrency.Limit));

        // Twice as quick with half as many: half of that is tried, too, and is no better.
        Add(concurrency, 100, 50_000, nowMs: 10_400);
        concurrency.Evaluate(10_400);
        Assert.Equal((LimitPhase.Probing, 5), (concurrency.Phase, concurrency.Limit));
        Add(concurrency, 100, 50_000, nowMs: 10_700);
        concurrency.Evaluate(10_700);
        Assert.Equal((LimitPhase.Adapting, 10), (concurrency.Phase, concurrency.Limit));
        Assert.InRange(concurrency.BaselineMicroseconds, 48_000, 52_000);
    }

    [Fact]
    public void Probe_ThatNobodyAnswers_EndsAndGivesTheLimitBack()
    {
        AdaptiveConcurrency concurrency = Create();
        while (concurrency.Gate.TryTake())
        {
        }

        Add(concurrency, 100, 100_000, nowMs: 10_000);
        concurrency.Evaluate(10_000);
        concurrency.Evaluate(14_900);
        Assert.Equal((LimitPhase.Probing, 10), (concurrency.Phase, concurrency.Limit));

        concurrency.Evaluate(15_000);
        Assert.Equal((LimitPhase.Adapting, 20), (concurrency.Phase, concurrency.Limit));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(1_000)]
    [InlineData(123_456_789)]
    [InlineData(4_000_000_000)]
    public void Samples_Median_IsKnownToThreePercent(long microseconds)
    {
        var samples = new LatencySamples(workers: 2);
        samples.Add(0, microseconds);
        samples.Add(1, microseconds);
        samples.Add(1, long.MaxValue);

        Assert.Equal(3, samples.Measure(out double median));
        Assert.InRange(median, microseconds * 0.968, (microseconds * 1.032) + 1);
        samples.Forget();
        Assert.Equal(0, samples.Measure(out _));
    }

    private static AdaptiveConcurrency Create(AdaptiveConcurrencyPlan? plan = null) => new(plan ?? new AdaptiveConcurrencyPlan(), workers: 1, turnedAway: 0, new Random(1));

    private static void Add(AdaptiveConcurrency concurrency, int count, long microseconds, long nowMs)
    {
        for (int i = 0; i < count; i++)
        {
            concurrency.Add(0, microseconds, nowMs);
        }
    }
}
