using System.Diagnostics;
using Sluice.TestKit.Measuring;

namespace Sluice.Http.Tests.Support;

public sealed class DurationsTests
{
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void BestOf_Work_IsCounted()
    {
        int runs = 0;
        TimeSpan best = Durations.BestOf(() => runs += IsWorkDone() ? 1 : 0, TimeSpan.Zero);

        Assert.Equal(3, runs);
        Assert.InRange(best, Work, Patience);
    }

    [Fact]
    public void BestOf_Waiting_IsNot() => Assert.InRange(Durations.BestOf(static () => Thread.Sleep(Work), Work / 2), TimeSpan.Zero, Work / 2);

    private static bool IsWorkDone()
    {
        TimeSpan end = Durations.ThreadTime + Work;
        long start = Stopwatch.GetTimestamp();
        while (Durations.ThreadTime < end && Stopwatch.GetElapsedTime(start) < Patience)
        {
            Thread.SpinWait(1_000);
        }

        return Durations.ThreadTime >= end;
    }
}
