using System.Diagnostics;

namespace Sluice.TestKit.Tools;

/// <summary>A program that ran to its end.</summary>
/// <param name="ExitCode">How it ended.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">What it wrote to standard error.</param>
public sealed record ToolRun(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(120);

    /// <summary>Runs a program of the search path with nothing on its standard input.</summary>
    public static async Task<ToolRun> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(TimeMax);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            Task<string> error = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return new ToolRun(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} didn't end within {TimeMax.TotalSeconds} s");
        }
    }

    /// <summary>Its standard output; fails when it didn't end with 0.</summary>
    public string Succeed() => ExitCode == 0 ? Output : throw new InvalidOperationException($"ended with {ExitCode}: {Error}{Output}");
}
