using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Tests.Tls;

/// <summary>What is taken of the allocator, which OpenSSL shares with the runtime.</summary>
internal static class OpenSslMemory
{
    // The just-in-time compiler takes 8 MB for as long as it is at a large method: a second or two, and much longer where it has to share its core. What is leaked stays for good.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static long UsedBytes() => (long)LibC.ReadMallocStatus().UsedBytes;

    /// <summary>How much more is in use than there was: the first value that is no more than expected, or the last.</summary>
    public static async Task<long> LeftSinceAsync(long before, long expectedMax)
    {
        long deadline = LoopClock.NowMs + (long)Patience.TotalMilliseconds;
        long left = UsedBytes() - before;
        while (left > expectedMax && LoopClock.NowMs < deadline)
        {
            await Task.Delay(10);
            left = UsedBytes() - before;
        }

        return left;
    }
}
