using System.Globalization;

namespace Sluice.Certificates.Storage;

/// <summary>
/// Which process holds a lock, so that another on the same machine can tell that it ended. A number of a process alone would not do:
/// numbers come back, after a restart too, and each container has its own.
/// </summary>
/// <param name="Host">The machine since it started, and the space of process numbers on it; nobody but processes of both can judge.</param>
/// <param name="ProcessId">The process.</param>
/// <param name="StartTicks">When it started, as the kernel counts.</param>
internal sealed record HolderIdentity(string Host, int ProcessId, string StartTicks)
{
    /// <summary>This process.</summary>
    public static HolderIdentity OfThisProcess() => new(ReadHost(), Environment.ProcessId, ReadStartTicks(Environment.ProcessId) ?? "");

    /// <summary>Whether a process certainly ended; false when it can't be told from here.</summary>
    public bool HasEnded(HolderIdentity viewer) =>
        Host.Length > 0 && StartTicks.Length > 0 && Host == viewer.Host && ReadStartTicks(ProcessId) != StartTicks;

    private static string ReadHost()
    {
        try
        {
            string boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
            string numbers = new FileInfo("/proc/self/ns/pid").LinkTarget ?? "";
            return numbers.Length > 0 ? $"{boot} {numbers}" : "";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    // Field 22 of proc_pid_stat(5). The second may hold spaces, so the count begins after its closing bracket.
    private static string? ReadStartTicks(int processId)
    {
        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
            return stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(19);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
