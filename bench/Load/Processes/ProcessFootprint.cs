namespace Sluice.Load.Processes;

/// <summary>What one process holds at a moment.</summary>
/// <param name="ResidentBytes">VmRSS.</param>
/// <param name="Threads">Threads of the process.</param>
/// <param name="Descriptors">Open file descriptors: sockets, files, epoll instances.</param>
internal sealed record ProcessFootprint(long ResidentBytes, int Threads, int Descriptors)
{
    public static ProcessFootprint Read(int id) => new(
        ResidentMemory.Read(id),
        Directory.EnumerateDirectories($"/proc/{id}/task").Count(),
        Directory.EnumerateFileSystemEntries($"/proc/{id}/fd").Count());
}
