using Sluice.Reactor.Interop;

namespace Sluice.Reactor;

/// <summary>The file descriptors that sockets leave to the runtime. Immutable.</summary>
/// <remarks>
/// The runtime opens a pipe for every thread that it starts and a file for every assembly at its first use, and a thread that can't have its
/// pipe ends the process ("Out of memory."). So the table of descriptors must never be quite full. The kernel gives the lowest free number:
/// a new descriptor with a high one says how full the table is, without a call more.
/// </remarks>
internal static class DescriptorReserve
{
    // Some threads at once and some files; an eighth where the limit is so low that 64 would hurt.
    private const int CountMax = 64;

    private static readonly long FirstReserved = LoopGroup.DescriptorLimit() - Math.Min(CountMax, LoopGroup.DescriptorLimit() / 8);

    /// <summary>Whether a descriptor that was just opened belongs to the reserve.</summary>
    public static bool Holds(int fd) => fd >= FirstReserved;

    /// <summary>Whether the table is full up to the reserve. Costs two calls.</summary>
    public static bool IsReached()
    {
        int probe = LibC.EventFd(0, LibC.EfdCloExec);
        if (probe >= 0)
        {
            _ = LibC.Close(probe);
        }

        return probe < 0 || Holds(probe);
    }
}
