using System.Text.Json;
using Sluice.Load.Processes;
using Sluice.Load.Rows;

namespace Sluice.Load.Driver;

/// <summary>The closed-loop client. It saturates the proxy; its latencies are not used, as they leave out waiting time.</summary>
internal static class Wrk
{
    public const int Connections = 64;

    /// <param name="cpu">Its only core; null for all cores and one thread per worker.</param>
    public static async Task<WrkResult> RunAsync(
        Workspace workspace, LoadRow row, string url, int seconds, int? cpu, CancellationToken stop)
    {
        string script = workspace.PathOf($"{row.Key}.lua");
        if (!File.Exists(script))
        {
            workspace.Write($"{row.Key}.lua", WrkScript.For(row));
        }

        string output = await ChildProcess.RunAsync(
            cpu, TimeSpan.FromSeconds(seconds + 20), ProgramPath.Find("wrk"),
            ["-t", cpu is null ? "2" : "1", "-c", Connections.ToString(), "-d", $"{seconds}s", "--timeout", "5s", "-s", script, url], stop);
        int at = output.IndexOf(WrkScript.ResultMark, StringComparison.Ordinal);
        return at >= 0 && JsonSerializer.Deserialize<WrkResult>(output[(at + WrkScript.ResultMark.Length)..]) is WrkResult result
            ? result
            : throw new BenchException($"wrk gave no result: {output}");
    }
}
