using System.Runtime.InteropServices;
using Xunit;

namespace Sluice.Reactor.Tests;

/// <summary>What the allocator has free goes back to the system.</summary>
public sealed class FreedMemoryTests
{
    private const int BlockBytes = 1_000;
    private const int Blocks = 60_000;

    // Every hundredth stays, so that what is free lies in between, as behind connections.
    private const int Apart = 100;

    [Fact]
    public void GiveBack_AfterMuchWasFreed_ReturnsIt_AndOnlyOnce()
    {
        const long LeastBytes = Blocks * BlockBytes / 2;
        (bool First, bool Second, long GivenBytes) outcome = default;
        for (int i = 0; i < 3 && outcome is not (true, false, >= LeastBytes); i++)
        {
            // The runtime allocates and frees megabytes of its own now and then, and that may come in between.
            outcome = GiveBack();
        }

        Assert.Equal((true, false), (outcome.First, outcome.Second));
        Assert.InRange(outcome.GivenBytes, LeastBytes, long.MaxValue);
    }

    private static (bool First, bool Second, long GivenBytes) GiveBack()
    {
        nint[] blocks = [.. Enumerable.Range(0, Blocks).Select(_ => Marshal.AllocHGlobal(BlockBytes))];
        FreedMemory.GiveBack();
        Free(blocks, kept: false);
        long before = ResidentBytes();
        bool first = FreedMemory.GiveBack();
        long given = before - ResidentBytes();
        bool second = FreedMemory.GiveBack();
        Free(blocks, kept: true);
        return (first, second, given);
    }

    private static void Free(nint[] blocks, bool kept)
    {
        foreach (nint block in blocks.Where((_, index) => (index % Apart == 0) == kept))
        {
            Marshal.FreeHGlobal(block);
        }
    }

    private static long ResidentBytes() => long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]) * Environment.SystemPageSize;
}
