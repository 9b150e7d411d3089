using Sluice.Load.Processes;

namespace Sluice.Load.Reports;

/// <summary>What the figures were taken on: they compare within one run, never across machines or days.</summary>
internal static class MachineReport
{
    /// <summary>Waiting programs before the start; more than this many take visible time from what is measured.</summary>
    private const double LoadMax = 0.7;

    public static async Task<string> DescribeAsync(CancellationToken stop)
    {
        string kernel = (await File.ReadAllTextAsync("/proc/sys/kernel/osrelease", stop)).Trim();
        string load = (await File.ReadAllTextAsync("/proc/loadavg", stop)).Split(' ')[0];
        if (double.Parse(load) > LoadMax)
        {
            Console.WriteLine("warning: this machine is not idle, the figures below are not worth keeping");
        }

        string haproxy = ProgramPath.TryFind("haproxy") is string program ? await FirstLineAsync(program, ["-v"], stop) : "no HAProxy";
        string nginx = await FirstLineAsync("sh", ["-c", $"'{ProgramPath.Find("nginx")}' -v 2>&1"], stop);
        string describe = $"git -C '{Repository.Root}' describe --always --dirty --abbrev=12 2>/dev/null || echo unknown";
        string commit = await FirstLineAsync("sh", ["-c", describe], stop);
        return $"{Environment.ProcessorCount} cores, Linux {kernel}, load {load} before the start; {nginx}; {haproxy}; "
            + $".NET {Environment.Version}; commit {commit}";
    }

    private static async Task<string> FirstLineAsync(string program, string[] arguments, CancellationToken stop)
    {
        string output = await ChildProcess.RunAsync(null, TimeSpan.FromSeconds(10), program, arguments, stop);
        return output.Split('\n')[0].Trim();
    }
}
