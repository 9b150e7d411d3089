using Sluice.TestKit.Time;

namespace Sluice.Hostile.Http2;

/// <summary>The managed memory of this process, proxy and tests together.</summary>
internal static class ManagedMemory
{
    /// <summary>What is in use, in bytes.</summary>
    internal static long Bytes => GC.GetTotalMemory(forceFullCollection: true);

    /// <summary>No more is kept than before, but for so many bytes. What is used in passing may still be held by who is about to end.</summary>
    internal static async Task ExpectRiseAsync(long before, long riseMax)
    {
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        long rise = Bytes - before;
        while (rise > riseMax && !deadline.IsCancellationRequested)
        {
            await ticks.WaitForNextTickAsync();
            rise = Bytes - before;
        }

        Assert.InRange(rise, long.MinValue, riseMax);
    }
}
