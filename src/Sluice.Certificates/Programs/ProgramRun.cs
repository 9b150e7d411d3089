using System.ComponentModel;
using System.Diagnostics;

namespace Sluice.Certificates.Programs;

/// <summary>A program that ended.</summary>
/// <param name="Problem">Null if it ended with 0; otherwise how it ended, as in <c>ended with 3</c>.</param>
/// <param name="Output">The last that it wrote to standard output and error; may hold whatever it knows.</param>
internal sealed record ProgramRun(string? Problem, string Output)
{
    // For output that is still in the pipe, when a process that the program left behind keeps it open: a second, in steps, each of which comes behind what
    // there was to read before it. On a machine that stands still for so long, one timer of a second would come before the reading.
    private const int OutputGraceSteps = 20;
    private static readonly TimeSpan OutputGraceStep = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs it to its end, or kills it when the time is over or the wait is cancelled.</summary>
    internal static async Task<ProgramRun> RunAsync(ProgramCall call, TimeProvider time, CancellationToken ct)
    {
        if (Start(call, out string? problem) is not { } process)
        {
            return new ProgramRun(problem, "");
        }

        using Process ending = process;
        await FeedAsync(process, call.Input);
        var tail = new OutputTail();
        using var reading = new CancellationTokenSource();
        Task output = Task.WhenAll(tail.ReadAsync(process.StandardOutput, reading.Token), tail.ReadAsync(process.StandardError, reading.Token));
        using var limit = new CancellationTokenSource(call.TimeLimit, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
            problem = process.ExitCode == 0 ? null : $"ended with {process.ExitCode}";
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            ct.ThrowIfCancellationRequested();
            problem = $"didn't end within {call.TimeLimit.TotalSeconds:0.#} s and was killed";
        }
        finally
        {
            for (int step = 0; step < OutputGraceSteps && !output.IsCompleted; step++)
            {
                await Task.WhenAny(output, Task.Delay(OutputGraceStep, CancellationToken.None));
            }

            await reading.CancelAsync();
            await output.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return new ProgramRun(problem, tail.Text);
    }

    private static Process? Start(ProgramCall call, out string? problem)
    {
        var start = new ProcessStartInfo(call.Program, call.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string variable, string text) in call.Environment)
        {
            start.Environment[variable] = text;
        }

        try
        {
            problem = null;
            return Process.Start(start);
        }
        catch (Win32Exception exception)
        {
            problem = $"can't be run: {exception.Message}";
            return null;
        }
    }

    private static async Task FeedAsync(Process process, string input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; how it ended says more.
        }
    }
}
