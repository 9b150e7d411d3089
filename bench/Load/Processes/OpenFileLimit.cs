using System.Diagnostics;

namespace Sluice.Load.Processes;

/// <summary>How many descriptors a child may open: more than the bench itself where it is allowed to raise the hard limit.</summary>
internal static class OpenFileLimit
{
    private const int Wanted = 65536;

    public static int ForChildren { get; } = CanRaise() ? Wanted : Math.Min(Wanted, Hard());

    /// <summary>The last number but one of "Max open files  SOFT  HARD  files" in /proc/self/limits; .NET raises its soft limit to it.</summary>
    public static int Hard()
    {
        string line = File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        string hard = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2];
        return int.TryParse(hard, out int limit) ? limit : int.MaxValue;
    }

    /// <summary>Found out by trying: root in a container may lack the right.</summary>
    private static bool CanRaise()
    {
        var start = new ProcessStartInfo(ProgramPath.Find("prlimit"), [$"--nofile={Wanted}:{Wanted}", "true"]) { RedirectStandardError = true };
        using Process process = Process.Start(start) ?? throw new BenchException("prlimit did not start");
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
