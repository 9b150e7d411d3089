using System.Collections.Concurrent;
using System.Diagnostics;

namespace Sluice.Load.Processes;

/// <summary>A program that the bench started, optionally pinned to one core, ended together with its children on dispose.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const int KeptLinesMax = 40;
    private const int GraceMs = 1000;
    private static readonly ConcurrentDictionary<int, ChildProcess> Running = new();

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _errorLines = new();

    private ChildProcess(Process process, long executedAt)
    {
        _process = process;
        ExecutedAt = executedAt;
        Id = process.Id;
        Running[Id] = this;
    }

    public int Id { get; }

    /// <summary>Stopwatch timestamp just before the program was executed.</summary>
    public long ExecutedAt { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>Null until the program ended.</summary>
    public int? ExitCode => _process.HasExited ? _process.ExitCode : null;

    /// <summary>The last lines that the program wrote to standard error, for messages about its failure.</summary>
    public string ErrorText => string.Join('\n', _errorLines);

    /// <summary>Told each line that the program writes to standard error, on a thread of the runtime.</summary>
    public Action<string>? OnErrorLine { get; set; }

    /// <summary>Starts a program; its standard output is discarded, its standard error kept for messages.</summary>
    /// <param name="cpu">The only core it may run on; null for all.</param>
    public static ChildProcess Start(int? cpu, string program, params string[] arguments)
    {
        ChildProcess child = Launch(cpu, program, arguments);
        child._process.OutputDataReceived += (_, _) => { };
        child._process.BeginOutputReadLine();
        return child;
    }

    /// <summary>Runs a program to its end and returns its standard output.</summary>
    /// <exception cref="BenchException">It failed, or did not end in time.</exception>
    public static async Task<string> RunAsync(
        int? cpu, TimeSpan limit, string program, string[] arguments, CancellationToken stop)
    {
        using ChildProcess child = Launch(cpu, program, arguments);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(limit);
        try
        {
            string output = await child._process.StandardOutput.ReadToEndAsync(deadline.Token);
            await child._process.WaitForExitAsync(deadline.Token);
            return child._process.ExitCode == 0
                ? output
                : throw new BenchException($"{program} ended with {child._process.ExitCode}: {child.ErrorText}{output}");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new BenchException($"{program} did not end within {limit.TotalSeconds:0} s");
        }
    }

    /// <summary>Waits for the program to end by itself.</summary>
    public Task WaitAsync(CancellationToken stop) => _process.WaitForExitAsync(stop);

    public static void EndAll()
    {
        foreach (ChildProcess child in Running.Values)
        {
            child.Dispose();
        }
    }

    /// <summary>
    /// Ends the program and everything it forked, by id. SIGTERM first: nginx then waits for its workers, which would otherwise stay
    /// behind as zombies where the machine's first process does not collect them.
    /// </summary>
    public void Dispose()
    {
        if (!Running.TryRemove(Id, out _))
        {
            return;
        }

        if (!_process.HasExited)
        {
            using Process terminate = Process.Start("sh", ["-c", $"kill -TERM {Id}"]);
            terminate.WaitForExit();
        }

        if (!_process.WaitForExit(GraceMs))
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit(GraceMs);
        }

        _process.Dispose();
    }

    private static ChildProcess Launch(int? cpu, string program, string[] arguments)
    {
        var start = new ProcessStartInfo
        {
            FileName = cpu is null ? program : ProgramPath.Find("taskset"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };

        // taskset replaces itself by the program, so the process id is the program's own.
        string[] prefix = cpu is null ? [] : ["-c", cpu.Value.ToString(), program];
        foreach (string argument in prefix.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        long executedAt = Stopwatch.GetTimestamp();
        Process process = Process.Start(start) ?? throw new BenchException($"{program} did not start");
        var child = new ChildProcess(process, executedAt);
        child._process.ErrorDataReceived += (_, line) => child.Keep(line.Data);
        child._process.BeginErrorReadLine();
        return child;
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        OnErrorLine?.Invoke(line);
        _errorLines.Enqueue(line);
        while (_errorLines.Count > KeptLinesMax)
        {
            _errorLines.TryDequeue(out _);
        }
    }
}
