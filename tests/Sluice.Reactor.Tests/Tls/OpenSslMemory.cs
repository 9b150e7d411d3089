using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Tests.Tls;

/// <summary>What is taken of the allocator, which OpenSSL shares with the runtime.</summary>
internal static class OpenSslMemory
{
    // What the runtime takes for good it takes now and then; what is left behind comes back in each pass.
    private const int Passes = 3;

    // The just-in-time compiler takes 8 MB for as long as it is at a large method: a second or two, and much longer where it has to share its core.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>How much more is in use after something was done than before: the least of up to three times, the first that is no more than expected being the last.</summary>
    public static async Task<long> LeftByAsync(Func<Task> run, long expectedMax)
    {
        long least = long.MaxValue;
        for (int pass = 0; pass < Passes && least > expectedMax; pass++)
        {
            long before = UsedBytes();
            await run();
            long deadline = LoopClock.NowMs + (long)Patience.TotalMilliseconds;
            least = Math.Min(least, UsedBytes() - before);
            while (least > expectedMax && LoopClock.NowMs < deadline)
            {
                await Task.Delay(10);
                least = Math.Min(least, UsedBytes() - before);
            }
        }

        return least;
    }

    private static long UsedBytes() => (long)LibC.ReadMallocStatus().UsedBytes;
}
