using Sluice.Load.Contenders;
using Sluice.Load.Processes;

namespace Sluice.Load.SystemCalls;

/// <summary>strace, counting, attached to all processes and threads of a contender.</summary>
internal sealed class SystemCallTrace : IDisposable
{
    private static readonly TimeSpan AttachLimit = TimeSpan.FromSeconds(10);

    private readonly ChildProcess _strace;
    private readonly string _summaryPath;

    private SystemCallTrace(ChildProcess strace, string summaryPath)
    {
        _strace = strace;
        _summaryPath = summaryPath;
    }

    public static async Task<SystemCallTrace> AttachAsync(Workspace workspace, Contender contender, CancellationToken stop)
    {
        List<int> processes = ProcessTree.Of(contender.ProcessId);
        string summary = workspace.PathOf($"{contender.Name}.strace");
        string[] arguments = ["-f", "-c", "-U", "calls,name", "-o", summary, .. processes.SelectMany(id => new[] { "-p", id.ToString() })];
        var trace = new SystemCallTrace(ChildProcess.Start(null, ProgramPath.Find("strace"), arguments), summary);
        DateTime deadline = DateTime.UtcNow + AttachLimit;
        while (!processes.SelectMany(ThreadsOf).All(IsTraced))
        {
            if (trace._strace.HasExited || DateTime.UtcNow > deadline)
            {
                trace.Dispose();
                throw new BenchException($"strace can't attach to {contender.Name}: {trace._strace.ErrorText}");
            }

            await Task.Delay(20, stop);
        }

        return trace;
    }

    /// <summary>Counts by system call. Only after the contender has ended: strace writes its summary then.</summary>
    public async Task<IReadOnlyDictionary<string, long>> ReadAsync(CancellationToken stop)
    {
        await _strace.WaitAsync(stop);
        return Parse(await File.ReadAllLinesAsync(_summaryPath, stop));
    }

    public void Dispose() => _strace.Dispose();

    /// <summary>Lines are "COUNT NAME"; the header, the rule and the total are left out.</summary>
    private static Dictionary<string, long> Parse(string[] lines)
    {
        var calls = new Dictionary<string, long>();
        foreach (string line in lines)
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == 2 && fields[1] != "total" && long.TryParse(fields[0], out long count))
            {
                calls[fields[1]] = count;
            }
        }

        return calls;
    }

    private static IEnumerable<string> ThreadsOf(int process) => Directory.EnumerateDirectories($"/proc/{process}/task");

    private static bool IsTraced(string task) => !File.ReadLines(task + "/status").Contains("TracerPid:\t0");
}
