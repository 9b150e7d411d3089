using System.Diagnostics;

namespace Sluice.Cli.Tests;

/// <summary>
/// A short run of the bench <c>reload</c>: wrk with kept-alive connections, new connections, WebSockets and slow downloads while the program
/// reloads. The bench counts every kind of failure and ends with 1 when there was one, or when there was too little traffic to tell. It wants
/// every core, so nothing of this project runs beside it.
/// </summary>
[CollectionDefinition(nameof(ReloadUnderLoadTests), DisableParallelization = true)]
[Collection(nameof(ReloadUnderLoadTests))]
public sealed class ReloadUnderLoadTests
{
    // It takes about 10 s; the rest is for a machine that builds at the same time.
    private static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Reload_UnderLoad_FailsNoRequestAndCutsNoStream()
    {
        (int exitCode, string output) = await RunBenchAsync(
            "--only", "load", "--reloads", "10", "--seconds", "5", "--routes", "100", "--websockets", "5", "--downloads", "2", "--effect-seconds", "20");

        Assert.True(exitCode == 0, output);
        Assert.Contains("10 reloads in 5 s under full load", output, StringComparison.Ordinal);
        Assert.Contains("2 of 2", output, StringComparison.Ordinal);
        Assert.Contains("failures: 0\n", output, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output)> RunBenchAsync(params string[] options)
    {
        string sluice = Path.Combine(AppContext.BaseDirectory, "sluice");
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Load"), ["reload", "--sluice", sluice, .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process bench = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(TimeMax);
        try
        {
            Task<string> error = bench.StandardError.ReadToEndAsync(deadline.Token);
            string output = await bench.StandardOutput.ReadToEndAsync(deadline.Token);
            await bench.WaitForExitAsync(deadline.Token);
            return (bench.ExitCode, output + await error);
        }
        finally
        {
            if (!bench.HasExited)
            {
                bench.Kill(entireProcessTree: true);
            }
        }
    }
}
