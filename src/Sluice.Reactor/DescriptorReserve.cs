using Sluice.Reactor.Interop;

namespace Sluice.Reactor;

/// <summary>The file descriptors that sockets and files leave to the runtime. Any thread.</summary>
/// <remarks>
/// The runtime opens a pipe for every thread that it starts and a file for every assembly at its first use, which stays open. A thread that can't have its
/// pipe ends the process ("Out of memory."), and an assembly that can't be opened is missing for good. So the table of descriptors must never be quite full: the first
/// command over the control socket alone takes 90. The kernel gives the lowest free number: a new descriptor with a high one says how full the table is, without a call more.
/// </remarks>
public static class DescriptorReserve
{
    // ASP.NET Core, and some threads and files at once; an eighth where the limit is so low that these would hurt.
    private const int CountMax = 160;

    private static readonly long Limit = LoopGroup.DescriptorLimit();
    private static readonly long FirstReserved = Limit - Math.Min(CountMax, Limit / 8);

    private static int s_held;

    /// <summary>How many descriptors the process could still open, the reserve included. Counts those that are open, so it is not for a loop.</summary>
    public static long Free => Limit - Directory.EnumerateFileSystemEntries("/proc/self/fd").LongCount();

    private static long First => FirstReserved - Volatile.Read(ref s_held);

    /// <summary>Makes the reserve larger for a while: what is free now is not for sockets.</summary>
    /// <param name="count">By how many descriptors; what was held before is given back by its negative.</param>
    public static void Hold(int count) => Interlocked.Add(ref s_held, count);

    /// <summary>How much of what there is but the reserve is in use, 0 to 1. Costs two calls.</summary>
    /// <param name="sockets">How many sockets there are for certain: the lowest free number says less where there are gaps.</param>
    public static double PressureWith(int sockets) => Probe() is var lowest and >= 0 ? Math.Clamp(Math.Max(lowest, sockets) / (double)FirstReserved, 0, 1) : 1;

    /// <summary>Whether a descriptor that was just opened belongs to the reserve.</summary>
    internal static bool Holds(int fd) => fd >= First;

    /// <summary>Whether the table is full up to the reserve. Costs two calls.</summary>
    internal static bool IsReached() => Probe() is var lowest && (lowest < 0 || Holds(lowest));

    // The lowest number that is free, negative when there is none.
    private static int Probe()
    {
        int probe = LibC.EventFd(0, LibC.EfdCloExec);
        if (probe >= 0)
        {
            _ = LibC.Close(probe);
        }

        return probe;
    }
}
