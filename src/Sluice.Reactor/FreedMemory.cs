using Sluice.Reactor.Interop;

namespace Sluice.Reactor;

/// <summary>
/// Gives back to the system what OpenSSL and the runtime have freed. glibc keeps it: 55 MB after 4,000 connections over TLS, and 5 MB where the runtime has
/// compiled a large method. One for the process, like the allocator; any thread.
/// </summary>
/// <remarks>Where there is no such call, with musl and with glibc before 2.33, nothing is given back.</remarks>
internal static class FreedMemory
{
    // Less is not worth the page faults when it is wanted again; nor is it worth looking at all that was given back before.
    private const ulong WorthBytes = 4 * 1024 * 1024;
    private const ulong WorthPart = 8;

    // A block that is larger is the system's own, from which on glibc takes it for large by itself at the most.
    private const int MapFrom = 32 * 1024 * 1024;
    private const int KeptBytes = 64 * 1024 * 1024;

    private static readonly Lock Gate = new();
    private static bool IsImpossible;
    private static ulong FreeLeast;

    /// <summary>
    /// Has glibc keep what is freed until it is given back here. By itself it gives back what is free at the end of its heap as soon as that is twice the largest block that ever was: with an encoder
    /// of brotli for each response, all of that each time, which cost 0.3 ms (docs/decisions/0009).
    /// </summary>
    public static void Keep()
    {
        try
        {
            _ = LibC.SetMallocOption(LibC.MallocMapThreshold, MapFrom);
            _ = LibC.SetMallocOption(LibC.MallocTrimThreshold, KeptBytes);
        }
        catch (EntryPointNotFoundException)
        {
            // Another allocator, which has its own ways.
        }
    }

    /// <summary>Gives memory back if enough was freed since the last time. Whoever allocates meanwhile may wait: 10 ms for 55 MB.</summary>
    /// <returns>Whether it did.</returns>
    public static bool GiveBack()
    {
        if (IsImpossible || !Gate.TryEnter())
        {
            return false;
        }

        try
        {
            return GiveBackFreed();
        }
        catch (EntryPointNotFoundException)
        {
            IsImpossible = true;
            return false;
        }
        finally
        {
            Gate.Exit();
        }
    }

    // What was given back counts as free as before, so it is told from the rest by how much was free at the least: all above was in use since.
    private static bool GiveBackFreed()
    {
        ulong free = LibC.ReadMallocStatus().FreeBytes;
        FreeLeast = Math.Min(FreeLeast, free);
        if (free - FreeLeast < Math.Max(WorthBytes, free / WorthPart))
        {
            return false;
        }

        _ = LibC.MallocTrim(0);
        FreeLeast = free;
        return true;
    }
}
